# sys.exit() in a thread ends the thread.
import threading, sys
threading.Thread(target=lambda: sys.exit(5)).start()
print('main')
