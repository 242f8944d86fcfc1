# sys.flags.
# differs: `sys.flags` says `no_site`, `no_user_site`, `ignore_environment` and `dont_write_bytecode`, as if started by `python3 -SsEB`: packages of the machine cannot be imported, and no `__pycache__` is written.
import sys
print(sys.flags.dont_write_bytecode, sys.flags.no_user_site, sys.flags.no_site, sys.flags.ignore_environment)
