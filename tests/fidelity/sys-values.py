# What sys says of the interpreter.
import sys
print(sys.base_prefix, sys.version, sys.platform, sys.byteorder, sys.platlibdir)
print(sys.getrecursionlimit(), sys.getswitchinterval(), sys.getdefaultencoding(), sys.getfilesystemencoding(), sys.getfilesystemencodeerrors())
print(sys.int_info, sys.hash_info, sys.float_info, sys.thread_info, sys.implementation)
print(sys.api_version, sys.hexversion, sys.version_info, sys.abiflags, sys.maxsize, sys.get_int_max_str_digits())
print(sys.getdlopenflags(), sys.copyright[:10], sys.stdlib_module_names == sys.stdlib_module_names)
