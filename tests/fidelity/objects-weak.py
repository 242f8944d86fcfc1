# Weak references, cycles and resurrection.
import weakref, gc
gc.collect()
class N: pass
a = N(); b = N(); a.b = b; b.a = a
r = weakref.ref(a, lambda r: print('gone')); del a, b
print(r() is None, gc.collect(), r() is None, gc.garbage)
s = weakref.WeakSet([N]); print(len(s))
class C:
    def __del__(self): global saved; saved = self; print('resurrect')
c = C(); del c; print(type(saved)); del saved
