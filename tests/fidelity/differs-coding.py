# -*- coding: latin-1 -*-
# differs: The text has been read as UTF-8 whatever its coding comment says; one that names no encoding is refused, as Python refuses it.
print('é')
