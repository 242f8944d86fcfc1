# An exception in a forked child.
import os, sys
pid = os.fork()
if pid == 0:
    raise ValueError('child')
print('parent', os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
