# The arguments, and what Python was started with.
import sys
print(sys.argv, len(sys.orig_argv), sys.orig_argv[1:], sys.warnoptions, sys._xoptions, sys.pycache_prefix)
print(sys.executable == sys._base_executable or sys.prefix != sys.base_prefix)
