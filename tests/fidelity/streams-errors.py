# What stands on standard error while the program runs.
import sys, logging, warnings
print('to stderr', file=sys.stderr)
logging.warning('w %s', 1); logging.info('no')
logging.getLogger('a.b').error('err', stack_info=True)
warnings.warn('w')
