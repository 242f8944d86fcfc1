# sys.executable.
# differs: `sys.executable` is a link named `python3` to the tutor's worker, which acts as Python under that name.
import sys, os
print(os.path.basename(sys.executable), sys.executable.startswith(sys.prefix), os.path.realpath(sys.executable) == os.path.realpath(sys._base_executable))
print(os.path.realpath(sys.executable).split('/')[-1])
