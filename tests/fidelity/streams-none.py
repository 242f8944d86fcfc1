# A program may do without output.
import sys
print('x')
sys.stdout = None
print('gone')
