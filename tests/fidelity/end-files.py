# A file that was not closed is written.
f = open('y', 'w'); f.write('text')
import os, atexit
pid = os.fork()
if pid: os.waitpid(pid, 0); print(repr(open('y').read()))
