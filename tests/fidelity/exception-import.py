# Imports that fail.
import importlib.util, sys, pkgutil
print(importlib.util.find_spec('nope'))
try: import nope
except ImportError as e: print(repr(e), e.name)
try: from json import nope
except ImportError as e: print(e)
import pkg_missing.sub
