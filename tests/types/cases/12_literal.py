from typing import Final, Literal, LiteralString, NewType, TypeGuard, TypeIs, cast

Mode = Literal["r", "w"]
def open_(mode: Mode) -> None: ...

open_("r")
open_("rw")  # expect: invalid-argument-type
m = "r"
open_(m)
def dyn(s: str) -> None:
    open_(s)  # expect: invalid-argument-type  (str is not Literal)
    if s == "r" or s == "w":
        open_(s)
MAX: Final = 3
MAX = 4  # expect: invalid-assignment  (Final)
UserId = NewType("UserId", int)
def user(u: UserId) -> None: ...
user(5)  # expect: invalid-argument-type
user(UserId(5))
def is_str(x: object) -> TypeIs[str]: return isinstance(x, str)
def g(x: int | str) -> None:
    if is_str(x):
        x.upper()
    else:
        x.upper()  # expect: unresolved-attribute  (int)
z: list[int] = [1, "a"]  # expect: invalid-assignment
t: tuple[int, str] = (1, 2)  # expect: invalid-assignment
