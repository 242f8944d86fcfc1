# Hooks and finders are Python's own.
import sys
print(sys.meta_path[-3:]); print([str(h) for h in sys.path_hooks]); print(sys.excepthook, sys.displayhook, sys.unraisablehook)
