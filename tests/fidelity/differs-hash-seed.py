# Hashes of text.
# differs: Hashes of texts are the same in each run (seed 0), without a variable that hands the seed on to children.
import subprocess, sys
own = hash('a')
out = subprocess.run([sys.executable, '-c', 'print(hash("a"))'], capture_output=True, text=True).stdout
print(int(out) == own)
