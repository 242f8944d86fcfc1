# File objects and paths.
f = open('a', 'w'); print(f); f.close()
print(open('a'), open('a', 'rb'))
try: open('nope')
except OSError as e: print(e, repr(e))
import pathlib; print(pathlib.Path('a').resolve().name, pathlib.Path().absolute() == pathlib.Path.cwd(), pathlib.Path(__file__).name, pathlib.Path(__file__).resolve().parent == pathlib.Path.cwd(), pathlib.Path(__file__).exists())
