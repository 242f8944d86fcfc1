# A crash.
# differs: faulthandler is on, so that a crash tells where it was.
import ctypes, faulthandler
print(faulthandler.is_enabled(), flush=True)
ctypes.string_at(0)
