# A suspended generator is closed at the end.
def gen():
    try:
        print('start'); yield 1
    except GeneratorExit: print('GeneratorExit'); raise
    finally: print('finally')
g = gen(); next(g)
def inner():
    h = gen(); next(h)
    print('leaving inner')
inner()
print('end')
