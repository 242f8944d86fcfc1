# An exception whose text fails.
class E(Exception):
    def __str__(self): raise KeyError
raise E
