# In which order objects go.
class N:
    def __init__(s, n): s.n = n
    def __del__(s): print('del', s.n)
a = N('a'); b = N('b'); _c = N('_c'); __d = N('__d')
l = [N('l1'), N('l2')]
def f(): pass
f.x = N('f.x')
print('end')
