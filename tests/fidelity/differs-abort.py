# An abort.
# differs: faulthandler is on, so that a crash tells where it was.
import os
print('x', flush=True)
os.abort()
