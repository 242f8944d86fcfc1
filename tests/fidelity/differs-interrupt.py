# KeyboardInterrupt.
# differs: After a `KeyboardInterrupt` that nobody caught Python ends itself by SIGINT; here the exit code is 1.
raise KeyboardInterrupt
