# ctypes and mmap.
import ctypes, mmap, array, os
print(ctypes.CDLL(None).getpid() == os.getpid(), ctypes.sizeof(ctypes.c_long))
m = mmap.mmap(-1, 10); m[:3] = b'abc'; print(m[:5])
open('f','wb').write(b'hello'); f = open('f','r+b'); m = mmap.mmap(f.fileno(), 0); m[0:1] = b'J'; m.flush(); print(open('f').read())
print(ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda x: x + 1)(4))
