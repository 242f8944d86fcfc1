# Who the user is.
import getpass, os
try: print(getpass.getuser())
except BaseException as e: print(type(e), e)
print(os.getuid(), os.getgid(), os.geteuid(), os.getgroups())
import pwd
try: print(pwd.getpwuid(os.getuid()).pw_name)
except BaseException as e: print(type(e), e)
