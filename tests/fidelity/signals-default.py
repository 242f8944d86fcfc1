# Signals at their defaults; SIGTERM ends the program.
import os, signal
print(signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGPIPE), signal.getsignal(signal.SIGXFSZ), signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGCHLD), flush=True)
print(signal.pthread_sigmask(signal.SIG_BLOCK, []), flush=True)
os.kill(os.getpid(), signal.SIGTERM)
