# Exit functions run in reverse, and their exceptions are printed.
import atexit, sys
atexit.register(print, 'one')
@atexit.register
def bad(): raise ValueError('in atexit')
atexit.register(print, 'three')
@atexit.register
def leave(): sys.exit(9)
print('end')
