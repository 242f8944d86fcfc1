# Daemon threads are not waited for.
import threading, time
e = threading.Event()
def f():
    try:
        print('daemon starts'); e.set(); time.sleep(60)
    finally: print('never')
threading.Thread(target=f, daemon=True).start()
e.wait()
print('end')
