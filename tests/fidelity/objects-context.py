# An empty context.
import contextvars
v = contextvars.ContextVar('v', default=0); print(len(contextvars.copy_context()), v.get())
