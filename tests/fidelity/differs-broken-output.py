# Output that cannot be written.
# differs: Output that cannot be written fails in `print`, as on a terminal, not at the end.
import os
os.close(1)
print('y')
