# The environment.
# differs: The environment holds `TMPDIR` (the scratch folder), `HOME` (which leads nowhere), `PATH`, `LANG` and `LC_ALL` (`C.UTF-8`), and nothing else.
import os
print(len(os.environ), list(os.environ))
