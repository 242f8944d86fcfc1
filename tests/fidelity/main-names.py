# The names of a fresh main module.
import sys
print(__name__, __spec__, type(__loader__), __doc__, __builtins__)
print(sorted(globals()))
print(sys.argv, __package__, __cached__ if '__cached__' in globals() else 'no')
print(__annotations__)
