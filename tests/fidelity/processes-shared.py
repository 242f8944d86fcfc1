# Managers, shared memory, locks and pipes.
# needs: full
import multiprocessing as mp
from multiprocessing import shared_memory
if __name__ == '__main__':
    with mp.Manager() as m:
        d = m.dict(); d['a'] = 1; print(dict(d))
    s = shared_memory.SharedMemory(create=True, size=10); s.buf[0] = 5; print(s.buf[0]); s.close(); s.unlink()
    v = mp.Value('i', 3); l = mp.Lock()
    with l: v.value += 1
    print(v.value)
    a, b = mp.Pipe(); a.send([1]); print(b.recv())
