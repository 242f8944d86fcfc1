# Input that is given.
import sys
print(input('? '))
for line in sys.stdin: print(repr(line))
print(repr(sys.stdin.read()))
