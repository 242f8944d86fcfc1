# Warnings of modules.
open('helper.py', 'w').write('import warnings\ndef old(): warnings.warn("dep", DeprecationWarning, stacklevel=1)\ndef two(): warnings.warn("dep2", DeprecationWarning, stacklevel=2)\n')
import helper
helper.old(); helper.two(); helper.two()
