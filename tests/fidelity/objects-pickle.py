# pickle, shelve and dbm of classes of main.
# needs: full
import pickle, copyreg, copy, shelve, dbm
class P:
    def __init__(s): s.a = 1
    def __eq__(s, o): return s.a == o.a
print(pickle.loads(pickle.dumps(P())) == P(), pickle.dumps(P))
with shelve.open('sh') as s: s['k'] = P()
with shelve.open('sh') as s: print(s['k'].a)
print(dbm.whichdb('sh'))
