# A hook of the program's own.
# differs: Besides a `sys.excepthook` of the program's own, the report tells the exception too; so it does where `sys.stderr` is gone.
import sys
sys.excepthook = lambda kind, error, entry: print('hook', kind, error, entry.tb_lineno, entry.tb_next)
raise ValueError('boom')
