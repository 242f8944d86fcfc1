# An exception in code without a file.
exec(compile('def f():\n  1/0\nf()', '<string>', 'exec'))
