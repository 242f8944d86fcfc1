from collections.abc import AsyncIterator, Generator, Iterable, Iterator
from contextlib import contextmanager

def good() -> Iterator[int]:
    yield 1

def wrong_ret() -> int:  # expect: invalid-return-type  (generator must return Iterator)
    yield 1

def wrong_yield() -> Iterator[int]:
    yield "a"  # expect: invalid-yield

def acc() -> Generator[int, str, bool]:
    s = yield 1
    s.upper()
    return "no"  # expect: invalid-return-type  (return bool)

def use() -> None:
    g = acc()
    next(g)
    g.send(3)  # expect: invalid-argument-type  (send str)
    it = good()
    it.send(None)  # expect: unresolved-attribute  (Iterator has no send)
    n: str = next(it)  # expect: invalid-assignment  (int)

def deleg() -> Generator[int, str, None]:
    x: int = yield from acc()
    y: str = yield from acc()  # expect: invalid-assignment  (bool)
async def agen() -> Iterator[int]:  # expect: invalid-return-type  (should be AsyncIterator)
    yield 1
