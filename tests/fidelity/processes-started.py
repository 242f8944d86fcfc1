# subprocess, with sys.executable among others.
import subprocess, sys
print(subprocess.run([sys.executable, '-c', 'import sys; print(sys.argv, sys.flags.isolated)'], capture_output=True, text=True).stdout)
print(subprocess.check_output(['echo', 'hi']))
open('other.py','w').write('import sys; print(__name__, sys.argv); sys.exit(5)')
print(subprocess.run([sys.executable, 'other.py', 'a'], capture_output=True))
print(subprocess.run([sys.executable, '-m', 'other', 'a'], capture_output=True))
print(subprocess.getoutput('echo $((1+1))'))
