# SIGALRM and timers.
import signal, time
def on(sig, frame): print('alarm', sig, frame.f_lineno); raise TimeoutError
signal.signal(signal.SIGALRM, on)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    while True: pass
except TimeoutError: print('timed out')
signal.alarm(1)
print(signal.alarm(0))
