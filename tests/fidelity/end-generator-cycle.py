# A generator in a cycle is closed at the end.
def gen(self):
    try: yield 1
    finally: print('finally cyc')
class A: pass
a = A(); a.g = gen(a); next(a.g); a.me = a
print('end')
