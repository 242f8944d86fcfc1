# Globals go in their order, with their names still there.
import sys, os
y = 'global y'
class N:
    def __del__(s): print('del', y, sys, os and 'os')
class M:
    def __del__(s): print('del M', zz)
n = N()
m = M()
zz = 'late'
print('end')
