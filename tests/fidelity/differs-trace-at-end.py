# A profile function at the end.
# differs: Trace and profile functions see nothing after the program's last line.
import sys, threading
sys.setprofile(lambda frame, event, arg: print(frame.f_code.co_name, event))
