# A process pool, one of whose processes dies.
# needs: full
from concurrent.futures import ProcessPoolExecutor, as_completed
import os, time
def f(n):
    if n == 3: raise ValueError(n)
    return n
def die(): os._exit(3)
if __name__ == '__main__':
    with ProcessPoolExecutor(2) as p:
        fs = [p.submit(f, n) for n in range(4)]
        print([x.exception() or x.result() for x in fs])
        try: p.submit(die).result()
        except Exception as e: print(type(e), e)
