# What platform and os say of the machine.
import platform, socket, os
print(platform.platform(), platform.python_version(), platform.machine(), platform.system(), platform.release(), platform.python_implementation())
print(platform.node() == socket.gethostname(), socket.gethostname())
print(os.cpu_count(), os.uname())
