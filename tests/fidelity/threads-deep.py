# Nested lists in a thread meet the recursion limit, not the end of the stack.
import threading, json
def nest():
    l = []
    for _ in range(100000): l = [l]
    return l
def f():
    for g in (repr, json.dumps):
        try: g(nest())
        except RecursionError as e: print(type(e))
t = threading.Thread(target=f); t.start(); t.join()
f()
