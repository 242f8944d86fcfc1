# A hook that fails.
import sys
def hook(t, v, tb): raise KeyError('bad hook')
sys.excepthook = hook
raise ValueError('boom')
