# A handler of SIGINT.
import signal, os
signal.signal(signal.SIGINT, lambda s, f: print('got', s))
os.kill(os.getpid(), signal.SIGINT)
signal.signal(signal.SIGINT, signal.SIG_DFL); print(signal.getsignal(signal.SIGINT))
print(signal.raise_signal(signal.SIGUSR1) if 0 else 'ok')
print(signal.set_wakeup_fd(-1))
