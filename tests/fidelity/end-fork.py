# Exit functions and buffers after a fork.
import os, atexit
atexit.register(lambda: print('exit', os.getpid() == parent))
parent = os.getpid()
pid = os.fork()
if pid: os.waitpid(pid, 0)
