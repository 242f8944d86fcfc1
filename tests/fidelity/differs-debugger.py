# A breakpoint.
# differs: `breakpoint()` and `pdb.set_trace()` say that there is no debugger, as there is no terminal that it could ask; for that a finder of the tutor's stands first in `sys.meta_path`.
try: breakpoint()
except Exception as e: print(e)
