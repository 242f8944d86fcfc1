# Where an unclosed file was opened, with tracemalloc.
import tracemalloc, warnings
tracemalloc.start(); warnings.simplefilter('always')
def f(): open('x', 'w')
f()
async def c(): pass
c()
