# Warnings of the compiler.
import warnings
x = 1
print(x is 1)
s = '\d'
