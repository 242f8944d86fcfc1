# Exceptions in __del__, also at the end.
class C:
    def __del__(self): raise ValueError('in del')
c = C(); del c
print('after')
d = C()
