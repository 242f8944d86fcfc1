# A runaway recursion.
# differs: Of a traceback the first and last 30 entries are kept, so that the line that counts repetitions counts fewer.
def g(n): return g(n + 1)
g(0)
