# Input that has ended.
import sys
print(list(sys.stdin), sys.stdin.read(), sys.stdin.readline())
try: input('prompt> ')
except EOFError as e: print('eof', e)
