# Imports and built-ins within __del__ at the end.
class C:
    def __del__(s):
        import json, os, sys
        print(json.dumps([1]), os.sep)
        print(open(__file__) if 0 else len('x'))
c = C(); c.me = c
class D:
    def __del__(s):
        print(print.__name__, isinstance(1, int), [x for x in range(2)])
        try: import mailbox
        except ImportError as e: print(type(e), e)
d = D()
