from typing import Protocol

class Writer(Protocol):
    name: str
    def write(self, data: bytes) -> int: ...

class Good:
    name: str = "g"
    def write(self, data: bytes) -> int:
        return len(data)

class WrongReturn:
    name: str = "w"
    def write(self, data: bytes) -> str:
        return "x"

class Missing:
    def write(self, data: bytes) -> int:
        return 0

class Narrower:
    name: str = "n"
    def write(self, data: bytearray) -> int:
        return 0

def save(w: Writer) -> None:
    w.write(b"x")

save(Good())
save(WrongReturn())  # expect: invalid-argument-type
save(Missing())  # expect: invalid-argument-type
save(Narrower())  # expect: invalid-argument-type
Writer()  # expect: call-non-callable  (cannot instantiate protocol)
