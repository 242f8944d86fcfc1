# A runaway recursion far past the usual limit.
# differs: Of a traceback the first and last 30 entries are kept, and a line tells how many were left out.
import sys
sys.setrecursionlimit(5000)
def f(n): return g(n + 1)
def g(n): return f(n + 1)
f(0)
