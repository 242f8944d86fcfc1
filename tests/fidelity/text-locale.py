# Locale and encodings.
import locale, sys, os
print(locale.getpreferredencoding(), locale.getpreferredencoding(False), locale.getlocale(), locale.setlocale(locale.LC_ALL), locale.getencoding(), sys.getfilesystemencoding())
f = open('x', 'w'); print(f.encoding, f.errors); f.write('é→'); f.close(); print(open('x').read(), os.path.getsize('x'))
print(f'{1234567.5:n}', locale.localeconv()['decimal_point'])
print('é→😀', ascii('é'))
print(sys.flags.utf8_mode, os.device_encoding(0))
