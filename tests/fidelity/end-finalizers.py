# weakref.finalize, callbacks and exit functions.
import weakref, atexit
class C: pass
c = C(); weakref.finalize(c, print, 'finalize c')
d = C(); weakref.finalize(d, print, 'finalize d').atexit = False
e = C(); r = weakref.ref(e, lambda r: print('ref callback'))
atexit.register(print, 'atexit')
print('end')
