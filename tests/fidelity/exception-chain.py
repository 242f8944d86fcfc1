# Causes and contexts.
try:
    try: {}['k']
    except KeyError as e: raise ValueError('v') from e
except ValueError:
    raise RuntimeError('r')
