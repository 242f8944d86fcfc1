# help() prints without a pager.
def f(a: int, *, b=1) -> str:
    "Docs of f."
class C:
    "A class."
    def m(self): "m doc"
help(f)
help(C)
help(len)
