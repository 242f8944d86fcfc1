# sys.executable under another first argument.
import subprocess, sys
run = lambda first: subprocess.run([first, '-c', 'import sys; print(sys.argv, sys.version_info[:2])'], executable=sys.executable, capture_output=True)
print(run('other'), run('python3'))
