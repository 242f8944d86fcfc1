# The loader of the main module gives its source.
print(__loader__, type(__loader__).__mro__)
print(__loader__.get_source('__main__')[:20])
