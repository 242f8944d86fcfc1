# A hook that leaves.
import sys
def hook(*_): sys.exit(7)
sys.excepthook = hook
sys.exit(3)
