# A context that was entered and not left.
from contextlib import contextmanager
@contextmanager
def cm():
    print('enter')
    try: yield
    finally: print('exit')
c = cm(); c.__enter__()
print('end')
