# Exit functions after an exception, and new ones among them.
import atexit
def a(): atexit.register(print, 'late'); print('a')
atexit.register(a)
raise KeyError('x')
