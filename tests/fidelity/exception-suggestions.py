# Suggestions for mistyped names, also in causes.
def f():
    valeu = 1
    print(value)
try: f()
except NameError as e:
    import math
    math.sqr
