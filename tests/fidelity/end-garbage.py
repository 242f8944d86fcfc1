# Garbage goes first at the end.
class N:
    def __init__(s, n): s.n = n; s.me = s
    def __del__(s): print('del', s.n)
a = N('a'); b = N('b'); a.b = b; b.a = a
N('garbage')
print('end')
