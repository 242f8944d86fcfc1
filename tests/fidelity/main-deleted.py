# The main module may be taken out of sys.modules.
print(__file__)
import sys; print(sys.modules['__main__'].__dict__ is globals())
del sys.modules['__main__']
print('ok')
