# Exit functions see the last exception.
import sys, atexit
atexit.register(lambda: print(getattr(sys, 'last_type', None), getattr(sys, 'last_value', None), hasattr(sys, 'last_traceback')))
raise ValueError('x')
