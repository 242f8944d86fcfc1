# The environment.
# differs: The environment holds `HOME` and `TMPDIR` (the scratch folder), `PATH`, `LANG` and `LC_ALL` (`C.UTF-8`), and nothing else.
import os
print(len(os.environ), list(os.environ))
