# An executor's threads finish their work.
from concurrent.futures import ThreadPoolExecutor
p = ThreadPoolExecutor(2)
def f(n): return n * 2
print(list(p.map(f, range(3))))
x = p.submit(lambda: 1/0)
import time
p.submit(lambda: (time.sleep(0.02), print('late')))
print('end')
