# A thread that an exit function starts.
import atexit, threading
def f():
    t = threading.Thread(target=lambda: print('in thread at exit')); t.start(); t.join()
atexit.register(f)
