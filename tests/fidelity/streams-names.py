# Names, modes and encodings of the standard streams.
import sys
for s in (sys.stdin, sys.stdout, sys.stderr):
    print(s.name, s.mode, s.encoding, s.isatty(), s.fileno(), type(s.buffer), s.buffer.raw.mode, s)
print(sys.stdin is sys.__stdin__, sys.stdout is sys.__stdout__, sys.stderr is sys.__stderr__)
