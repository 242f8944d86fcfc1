from collections.abc import Sequence, Callable
from typing import Generic, Protocol, TypeVar

class Animal: ...
class Dog(Animal):
    def bark(self) -> None: ...

def walk(xs: Sequence[Animal]) -> None: ...
def adopt(xs: list[Animal]) -> None:
    xs.append(Animal())

dogs: list[Dog] = [Dog()]
walk(dogs)
adopt(dogs)  # expect: invalid-argument-type  (list is invariant)

T_co = TypeVar("T_co", covariant=True)
class Box(Generic[T_co]):
    def get(self) -> T_co:
        raise NotImplementedError
    def put(self, x: T_co) -> None: ...  # missed: covariant in parameter

T = TypeVar("T")
class Src(Protocol[T]):  # missed: should be covariant
    def get(self) -> T: ...

def on_dog(d: Dog) -> None: ...
cb: Callable[[Animal], None] = on_dog  # expect: invalid-assignment  (contravariance)
def on_animal(a: Animal) -> None: ...
cb2: Callable[[Dog], None] = on_animal
