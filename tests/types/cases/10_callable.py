from collections.abc import Callable
import functools

def apply(f: Callable[[int, str], bool], n: int) -> bool:
    return f(n, "x")

def good(a: int, b: str) -> bool: return True
def few(a: int) -> bool: return True
def wrong(a: str, b: str) -> bool: return True
def ret(a: int, b: str) -> str: return ""
def dflt(a: int, b: str, c: int = 1) -> bool: return True
def kwonly(a: int, b: str, *, c: int) -> bool: return True

apply(good, 1)
apply(dflt, 1)
apply(few, 1)  # expect: invalid-argument-type
apply(wrong, 1)  # expect: invalid-argument-type
apply(ret, 1)  # expect: invalid-argument-type
apply(kwonly, 1)  # expect: invalid-argument-type
apply(lambda a, b: a > 1, 1)
apply(lambda a: True, 1)  # expect: invalid-argument-type
apply(good(1, "x"), 1)  # expect: invalid-argument-type  (called instead of passed)
h = functools.partial(good, 1)
h("x")
h(2)  # expect: invalid-argument-type  (int for str)
sorted(["a"], key=lambda s: s.lenght)  # expect: unresolved-attribute  (attribute)
