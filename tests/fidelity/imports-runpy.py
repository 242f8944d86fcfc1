# runpy.
open('m.py', 'w').write('print(__name__, __file__, __spec__); v = 3')
import runpy
print(runpy.run_path('m.py')['v'], runpy.run_module('m')['v'])
print(__name__)
