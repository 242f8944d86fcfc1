# The main thread after the fork that made it.
import threading
m = threading.main_thread()
print(m.name, m.ident == threading.get_ident(), m.native_id == threading.get_native_id(), m.daemon, threading.active_count(), threading.enumerate() == [m], type(m))
import os
print(m.native_id == os.getpid())
