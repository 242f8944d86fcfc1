# Objects that die in one collection.
# differs: Objects that die in one and the same collection may go in another order, and `gc.collect()` does not count what imports have left.
import sys
class C:
    def __del__(s): raise ValueError('late')
class M: pass
M.c = C()
c = C()
def gen():
    try: yield
    except GeneratorExit: print('ge'); yield 2
g = gen(); next(g)
