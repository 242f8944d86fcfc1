from collections.abc import Iterator, Generator
from contextlib import contextmanager
from typing import Self

@contextmanager
def good(name: str) -> Iterator[int]:
    yield 1

@contextmanager  # expect: no-matching-overload  (must be iterator)
def bad(name: str) -> int:  # expect: invalid-return-type
    yield 1

@contextmanager  # expect: no-matching-overload  (not a generator)
def not_gen(name: str) -> int:
    return 1

with good("x") as n:
    s: str = n  # expect: invalid-assignment  (int)
with good(1) as n:  # expect: invalid-argument-type  (str expected)
    pass

class NoExit:
    def __enter__(self) -> Self: return self

with NoExit() as q:  # expect: invalid-context-manager  (no __exit__)
    pass

def plain() -> Iterator[int]:
    yield 1
with plain() as p:  # expect: invalid-context-manager  (generator is not a context manager)
    pass
async def f() -> None:
    async with good("x"):  # expect: invalid-context-manager  (sync context manager)
        pass
