from typing import NotRequired, ReadOnly, TypedDict, Unpack

class Movie(TypedDict):
    title: str
    year: NotRequired[int]

a: Movie = {"title": "x"}
b: Movie = {"year": 1}  # expect: missing-typed-dict-key  (missing title)
c: Movie = {"title": "x", "yaer": 1}  # expect: invalid-key  (unknown key)
d: Movie = {"title": 1}  # expect: invalid-argument-type  (wrong type)
print(a["titel"])  # expect: invalid-key  (unknown key)
a["year"] = "1999"  # expect: invalid-assignment  (wrong type)
del a["title"]  # expect: invalid-argument-type  (required key)
def make(**kw: Unpack[Movie]) -> None: ...
make(title="x")
make(year=1)  # expect: missing-argument  (missing title)
