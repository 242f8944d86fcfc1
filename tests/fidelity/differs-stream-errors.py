# Text that no encoding takes.
# differs: Standard output writes what is no text (lone surrogates) with backslashes, as standard error does, instead of failing.
import sys
print(sys.stdin.errors, sys.stdout.errors)
