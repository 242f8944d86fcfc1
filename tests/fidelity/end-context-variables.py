# Values of context variables at the end.
import contextvars
class C:
    def __del__(s): print('del')
v = contextvars.ContextVar('v'); v.set(C())
print('end')
