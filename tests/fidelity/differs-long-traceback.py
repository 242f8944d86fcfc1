# A runaway recursion far past the usual limit.
# differs: Of a traceback the first and last 550 entries are kept: all, at the usual limit of recursion.
import sys
sys.setrecursionlimit(5000)
def g(n): return g(n + 1)
g(0)
