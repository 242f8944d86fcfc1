# Stacks of threads.
# differs: Threads have stacks of 2 MiB, so that many of them fit in the memory that a program may use.
import threading
print(threading.stack_size())
