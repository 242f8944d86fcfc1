# Reference counts.
import sys, gc
x = []
print(sys.getrefcount(x), sys.getrefcount(object()))
class C: pass
c = C(); print(sys.getrefcount(c), sys.getrefcount(C))
print(gc.get_threshold(), gc.isenabled(), gc.get_debug(), gc.callbacks, gc.garbage)
print(gc.get_referrers(c) == [globals()])
