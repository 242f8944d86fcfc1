# __file__.
# differs: The program's file is known by its bare name, in `__file__`, code objects and tracebacks, where Python has its full path: that would be another one in each run.
print(__file__)
def f(): pass
print(f.__code__.co_filename)
import inspect
print(inspect.getfile(f))
print('/' in __file__)
