# traceback and logging print exceptions.
import traceback, sys
def f(): raise ValueError('x')
try: f()
except ValueError: traceback.print_exc()
import logging
try: f()
except ValueError: logging.exception('logged')
