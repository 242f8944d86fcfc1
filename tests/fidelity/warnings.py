# Warnings are shown once a place, by the usual filters.
import warnings, sys
def old(): warnings.warn('old is deprecated', DeprecationWarning, stacklevel=2)
for _ in range(3): old()
old()
warnings.warn('user')
warnings.warn('pending', PendingDeprecationWarning)
warnings.warn('res', ResourceWarning)
warnings.warn('imp', ImportWarning)
open(__file__)
print(warnings.filters, sys.warnoptions)
x = 1
if x is 1: print('is')
assert (x, 'y')
'\d'
