# sys.unraisablehook.
import sys
class C:
    def __del__(self): raise ValueError('in del')
def hook(u): print('hook', u.exc_type, u.exc_value, u.err_msg, u.object)
sys.unraisablehook = hook
c = C(); del c
d = C()
