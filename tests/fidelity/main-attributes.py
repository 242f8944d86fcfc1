# What functions and classes say of their module.
import sys
def f(): pass
class C: pass
print(f.__module__, C.__module__, C, f.__qualname__, sys.modules['__main__'])
