# A file of the program's own hides a library module that was not imported.
open('mailbox.py', 'w').write('print("mine")\n')
import mailbox
print(mailbox.__file__)
