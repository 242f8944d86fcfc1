# Identity and its reuse.
class C: pass
print(id(C()) == id(C()))
a = 257; b = 257; print(a is b, 'ab' is 'a' 'b')
