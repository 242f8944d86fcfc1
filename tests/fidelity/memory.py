# Memory that cannot be had.
try: x = bytearray(10**12)
except MemoryError as e: print(repr(e))
