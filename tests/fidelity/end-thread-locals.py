# Values that belong to threads.
import threading
class C:
    def __init__(s, n): s.n = n
    def __del__(s): print('del', s.n)
l = threading.local(); l.x = C('main local')
def f(): l.x = C('thread local')
t = threading.Thread(target=f); t.start(); t.join()
print('end')
