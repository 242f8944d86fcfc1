# exit() takes a text and closes standard input.
import sys
try: exit('message')
except SystemExit as e: print(repr(e), e.code, sys.stdin.closed)
