from typing import overload

@overload
def get(x: int) -> str: ...
@overload
def get(x: str) -> int: ...
def get(x: int | str) -> int | str:
    return str(x) if isinstance(x, int) else len(x)

a: str = get(1)
b: int = get("a")
c: int = get(1)  # expect: invalid-assignment  (str)
get(1.5)  # expect: no-matching-overload  (no overload)

@overload
def one(x: int) -> int: ...  # expect: invalid-overload  (single overload)
def one(x: int) -> int:
    return x

@overload
def noimpl(x: int) -> int: ...  # expect: invalid-overload  (no implementation)
@overload
def noimpl(x: str) -> str: ...

@overload
def bad(x: int) -> int: ...
@overload
def bad(x: str) -> str: ...  # expect: invalid-overload  (implementation does not accept str)
def bad(x: int) -> int:
    return x
