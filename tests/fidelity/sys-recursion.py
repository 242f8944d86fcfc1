# How deep a recursion gets.
import sys
def f(n): return n and f(n - 1) + 1
print(f(900), f(980))
def depth():
    try: return depth() + 1
    except RecursionError: return 1
print(depth())
import inspect
print(len(inspect.stack()), sys._getframe().f_back, sys._getframe().f_code.co_name)
def g(): g()
try: g()
except RecursionError as e: print(e)
sys.setrecursionlimit(5000)
print(f(4000))
