# What C code has printed is written at the end.
import ctypes
ctypes.CDLL(None).printf(b'from C\n')
