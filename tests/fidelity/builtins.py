# The built-in names, with those that site adds.
import builtins
print(sorted(vars(builtins)))
print(exit, quit, copyright, credits, license, help)
