# Modes, links and times of files.
# needs: full
import os, stat
open('f','w').close(); print(oct(os.stat('f').st_mode)); os.chmod('f', 0o600); print(oct(os.stat('f').st_mode))
os.mkdir('d'); os.symlink('f', 'l'); os.link('f', 'h'); print(os.readlink('l'), os.stat('f').st_nlink); os.utime('f', (1, 1)); print(os.stat('f').st_mtime)
import shutil; shutil.copy2('f', 'g'); print(os.stat('g').st_mtime); shutil.rmtree('d')
