# A fork in a program with buffered output.
import os, sys
sys.stdout.write('buffered ')
pid = os.fork()
if pid == 0:
    print('child')
    sys.exit(7)
print('parent', os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
