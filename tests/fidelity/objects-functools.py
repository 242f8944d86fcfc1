# functools.
import functools, inspect
@functools.singledispatch
def f(x): return 'obj'
@f.register
def _(x: int): return 'int'
print(f(1), f('a'), f.registry.keys())
@functools.wraps(len)
def w(*a): return len(*a)
print(inspect.signature(w), w.__wrapped__, inspect.unwrap(w))
@functools.cache
def c(n): return n
c(1); c(1); print(c.cache_info())
