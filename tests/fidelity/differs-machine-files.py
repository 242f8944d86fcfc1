# Files of the machine.
# differs: Of the machine's files a program sees the system's software, and none that is the user's; it can write in its scratch folder alone.
# needs: full
import os
print([os.path.exists(p) for p in ('/etc/passwd', '/proc/cpuinfo', '/dev/tty', '/root', '/var')], os.access('/', os.W_OK))
