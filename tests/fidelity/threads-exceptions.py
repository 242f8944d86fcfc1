# Exceptions in threads.
import threading
def f(): 1/0
t = threading.Thread(target=f, name='worker'); t.start(); t.join()
def g(): raise SystemExit(4)
t = threading.Thread(target=g); t.start(); t.join()
threading.excepthook = lambda a: print('hook', a.exc_type, a.thread.name)
t = threading.Thread(target=f, name='w2'); t.start(); t.join()
print(threading.current_thread() is threading.main_thread())
