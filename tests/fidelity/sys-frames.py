# No frame stands below the program's.
import sys, traceback, inspect
f = sys._getframe()
n = 0
while f: n += 1; f = f.f_back
print(n)
traceback.print_stack()
def g(): traceback.print_stack()
g()
print(inspect.currentframe().f_back, [x.filename for x in inspect.stack()])
