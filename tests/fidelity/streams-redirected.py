# Output that is redirected, and left so.
import sys, io, contextlib
b = io.StringIO()
with contextlib.redirect_stdout(b): print('in')
print(repr(b.getvalue()))
sys.stdout = b
print('left in b')
