# The collector finds the program's objects.
import gc
class C: pass
a = C(); b = C()
print(sum(isinstance(o, C) for o in gc.get_objects()), gc.is_tracked(a))
a.b = b; b.a = a; del a, b
print(gc.collect())
