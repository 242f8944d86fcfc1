# tempfile.
import tempfile, os
print(tempfile.gettempdir() == os.environ['TMPDIR'])
with tempfile.TemporaryDirectory() as d: print(os.listdir(d), os.path.isdir(d))
print(os.path.exists(d))
with tempfile.NamedTemporaryFile('w+') as f: f.write('x'); f.seek(0); print(f.read())
f = tempfile.TemporaryFile(); f.write(b'q'); f.close()
