# ResourceWarning, when asked for.
import warnings
warnings.simplefilter('always')
def f(): open('x', 'w')
f()
g = open('y', 'w'); g.write('kept?')
