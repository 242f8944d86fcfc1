# The environment and the folder of children.
import os, subprocess
os.environ['X'] = 'y'; print(subprocess.check_output('echo $X; pwd | wc -l; umask', shell=True)); os.putenv('Z', '1')
os.chdir('/'); print(os.getcwd())
