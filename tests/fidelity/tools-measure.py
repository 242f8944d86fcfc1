# timeit, tracemalloc and profilers.
import timeit, cProfile, pstats, io, tracemalloc
print(timeit.timeit('1+1', number=10) > 0, timeit.timeit('f()', globals={'f': int}, number=3) > 0)
tracemalloc.start(); x = [0] * 1000; print(tracemalloc.get_traced_memory()[0] > 1000, tracemalloc.is_tracing())
s = tracemalloc.take_snapshot(); print(s.statistics('lineno')[0].traceback[0].filename.endswith('main.py'))
p = cProfile.Profile(); p.enable(); sum(range(10)); p.disable()
