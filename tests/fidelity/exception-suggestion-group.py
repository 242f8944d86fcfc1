# A suggestion within a group.
import math
try: math.sqr
except AttributeError as e: raise ExceptionGroup('g', [e])
