# A program may close its output.
import sys
print('x'); sys.stdout.close()
