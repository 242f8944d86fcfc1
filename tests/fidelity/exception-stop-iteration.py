# StopIteration out of a generator.
def g(): raise StopIteration; yield
list(g())
