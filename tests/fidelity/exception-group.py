# An exception group with a cause.
try: 1/0
except Exception as z:
    raise ExceptionGroup('g', [ValueError('a'), TypeError('b'), z]) from z
