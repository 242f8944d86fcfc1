# Modules that are there already.
# differs: What lessons often import is in `sys.modules` before the first line: its import takes no time, asks no finder of the program's, and is not hidden by a file that the program itself writes (files that stand there from the beginning do hide it).
import sys
print('asyncio' in sys.modules, 'json' in sys.modules, 'dataclasses' in sys.modules)
