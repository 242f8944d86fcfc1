# Default arguments and class attributes at the end.
class N:
    def __init__(s, n): s.n = n
    def __del__(s): print('del', s.n)
def f(x=N('default')): pass
class C:
    attr = N('class attr')
print('end')
