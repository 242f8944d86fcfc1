# Weak values at the end.
import weakref
d = weakref.WeakValueDictionary()
class C: 
    def __del__(s): print('del', len(d))
c = C(); d['a'] = c
print('end')
