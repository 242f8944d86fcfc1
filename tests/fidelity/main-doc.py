# The docstring, annotations and loader of the main module.
"""The doc."""
x: int = 1
print(__doc__, __annotations__)
import __main__
print(__main__.__loader__.name, __main__.__loader__.path)
print(vars(__main__) is globals())
