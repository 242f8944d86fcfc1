import re

def find(xs: list[int], want: int) -> int | None:
    for x in xs:
        if x == want:
            return x
    return None

def bad(xs: list[int]) -> int:
    for x in xs:
        if x > 3:
            return x
    return None  # expect: invalid-return-type  (None for int)

def implicit(n: int) -> int:  # expect: invalid-return-type  (falls off the end (some report here))
    if n > 0:
        return n

y = find([1], 1) + 1  # expect: unsupported-operator  (None + int)
m = re.match("a", "b")
print(m.group())  # expect: unresolved-attribute  (m may be None)
if m is not None:
    print(m.group())
def dflt(x: int = None) -> int:  # expect: invalid-parameter-default  (implicit optional)
    return x
