# inspect and linecache find the source of main.
import inspect, linecache
def f():
    # comment
    return 1
class C:
    def m(self): pass
print(inspect.getsource(f), inspect.getsource(C), inspect.getfile(f), inspect.getsourcefile(f), inspect.getsourcelines(C.m), inspect.getmodule(f), inspect.getcomments(f))
print(linecache.getline(__file__, 1), linecache.getlines('main.py')[:2])
linecache.checkcache(); print(linecache.getline(__file__, 3))
linecache.clearcache(); print(inspect.getsource(C.m))
