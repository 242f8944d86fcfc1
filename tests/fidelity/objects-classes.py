# Modules and texts of dataclasses, enums and named tuples.
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple, Protocol, runtime_checkable, TypedDict
class Color(Enum): RED = auto()
@dataclass(slots=True, frozen=True, order=True)
class P: x: int; y: int = field(default=2, repr=False)
print(P(1), Color.RED, repr(Color.RED))
class N(NamedTuple): a: int
print(N(1), N.__module__)
class T(TypedDict): a: int
print(T.__annotations__, T.__module__)
import collections
print(collections.namedtuple('Q', 'a b').__module__, Enum('E2', 'A B').__module__)
