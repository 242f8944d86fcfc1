# A trace function sees the program's events.
import sys
ev = []
def tr(frame, event, arg): ev.append((frame.f_code.co_name, event, frame.f_lineno)); return tr
def f(a):
    b = a + 1
    return b
sys.settrace(tr); f(1); sys.settrace(None)
print(ev, sys.gettrace(), sys.getprofile())
sys.setprofile(lambda *a: None)
