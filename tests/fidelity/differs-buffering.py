# The order of print and of writes past it.
# differs: Standard output is written line by line, as on a terminal; Python holds it back in blocks where it is a pipe.
import os
print('a')
os.write(1, b'b\n')
