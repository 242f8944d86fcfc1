# exec and eval in the globals.
x = 1
exec('x = 2'); print(x)
print(eval('x'), sorted(k for k in locals() if not k.startswith('__')), locals() is globals())
d = {}; exec('y = 1', d); print(sorted(d))
