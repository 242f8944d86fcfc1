# The session.
# differs: The program leads a session of its own, without a terminal.
import os
print(os.getsid(0) == os.getpid())
