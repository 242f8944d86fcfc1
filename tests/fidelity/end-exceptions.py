# Exceptions in __del__ and a generator that does not stop.
import sys
class C:
    def __del__(s): raise ValueError('late')
c = C()
def gen():
    try: yield
    except GeneratorExit: print('ge'); yield 2
g = gen(); next(g)
