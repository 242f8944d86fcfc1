# Modules in the program's folder.
open('helper.py', 'w').write('print("loading", __name__, __file__)\nx = 1\n')
import helper, sys, os
print(helper, helper.__spec__, sys.path[0])
import importlib; importlib.reload(helper)
