# exit() gives a code.
exit(3)
