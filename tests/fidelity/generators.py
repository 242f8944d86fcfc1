# throw, close and exceptions.
def g():
    while True:
        try: x = yield; print('got', x)
        except ValueError as e: print('caught', e); yield 'handled'
it = g(); next(it); it.send(1); print(it.throw(ValueError('v'))); it.close()
print(it.gi_frame, it.gi_running)
def deep(): raise RuntimeError('in gen'); yield
for _ in deep(): pass
