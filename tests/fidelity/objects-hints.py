# typing and dataclasses in main.
from __future__ import annotations
import typing, dataclasses
@dataclasses.dataclass
class P:
    x: int
    y: 'list[P]' = dataclasses.field(default_factory=list)
print(typing.get_type_hints(P), P(1), P.__module__)
def f(a: P) -> typing.Optional[P]: ...
print(typing.get_type_hints(f), f.__annotations__)
