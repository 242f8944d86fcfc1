# Generic classes, and an abstract one that is called.
import typing, abc
T = typing.TypeVar('T')
class S(typing.Generic[T]): pass
print(S[int], S.__orig_bases__, typing.get_args(dict[str, int]), T.__module__)
class A(abc.ABC):
    @abc.abstractmethod
    def f(self): ...
A()
