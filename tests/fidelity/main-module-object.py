# The main module as an object.
import sys, types
m = sys.modules['__main__']
print(m.__dict__ is globals(), type(m), m.__name__, m.__spec__, hasattr(m, '__path__'))
m.added = 5; print(added)
class Sub(types.ModuleType):
    def __getattr__(s, n): return 'dyn ' + n
m.__class__ = Sub; print(m.foo)
def __getattr__(n): return 'mod ' + n
