# Pipes, clocks, popen and system.
import os, sys, time
r, w = os.pipe(); os.write(w, b'a'); print(os.read(r, 1), os.get_inheritable(r))
print(os.cpu_count() == len(os.sched_getaffinity(0)), os.getloadavg() is not None)
print(time.get_clock_info('monotonic'), time.perf_counter() > 0, time.process_time() < 5, time.thread_time() < 5)
os.mkfifo('ff'); print(os.path.exists('ff'))
print(os.popen('echo popen').read())
sys.stdout.flush(); os.system('echo system')
print(os.urandom(2) != b'', len(os.getrandom(3)))
