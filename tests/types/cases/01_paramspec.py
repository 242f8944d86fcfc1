from collections.abc import Callable
from typing import ParamSpec, TypeVar
P = ParamSpec("P")
R = TypeVar("R")

def good(fn: Callable[P, R]) -> Callable[P, R]:
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        return fn(*args, **kwargs)
    return inner

def bad(fn: Callable[P, R]) -> Callable[P, R]:
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        return fn(*args)  # expect: missing-argument  (forgot **kwargs)
    return inner

def bad2(fn: Callable[P, R]) -> Callable[P, list[R]]:
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        return fn(*args, **kwargs)
    return inner  # expect: invalid-return-type  (returns R, not list[R])

@good
def greet(name: str, times: int = 1) -> str:
    return name * times

greet("a", times=2)
greet(1)  # expect: invalid-argument-type  (wrong argument type)
greet("a", tims=2)  # expect: unknown-argument  (unknown keyword)
