# Objects of an imported module go after those of main.
open('helper.py','w').write('class N:\n    def __del__(s): print("helper del", N)\nn = N()\n')
import helper
print('end')
