# What the collector looks at.
# differs: What was there before the first line is frozen: `gc.get_freeze_count()` is not 0, and `gc.get_objects()` and `gc.get_count()` begin with next to nothing.
import gc, sys
print(gc.get_freeze_count() > 0, any(o is sys for o in gc.get_objects()))
