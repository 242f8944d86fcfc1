# Objects hung on library modules.
# differs: Objects that hang on a module that was there before the first line are not taken apart at the end.
import collections
class C:
    def __del__(self): print('del')
collections.mine = C()
