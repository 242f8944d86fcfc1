from dataclasses import dataclass
from enum import Enum
from typing import Literal, assert_never

class Color(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3

def full(c: Color) -> int:
    match c:
        case Color.RED: return 1
        case Color.GREEN: return 2
        case Color.BLUE: return 3

def missing(c: Color) -> int:
    match c:
        case Color.RED: return 1
        case Color.GREEN: return 2
        case _ as other:
            assert_never(other)  # expect: type-assertion-failure  (BLUE not handled)

@dataclass
class Ok: value: int
@dataclass
class Err: msg: str

def show(r: Ok | Err) -> str:  # expect: invalid-return-type  (Err not handled: falls through)
    match r:
        case Ok(value=v):
            return str(v)

def ok(r: Ok | Err) -> str:
    match r:
        case Ok(v): return str(v)
        case Err(m): return m
        case _: assert_never(r)

def lit(x: Literal["a", "b"]) -> int:
    if x == "a": return 1
    if x == "c": return 3  # (comparison never true: optional)
    assert_never(x)  # expect: type-assertion-failure  ("b")
