# multiprocessing by fork, spawn and a fork server.
# needs: full
import multiprocessing as mp, sys
def sq(n): return n * n
class P:
    def __init__(s, v): s.v = v
def work(q, p): q.put((__name__, p.v, sq(p.v)))
if __name__ == '__main__':
    print(mp.get_start_method(), mp.get_all_start_methods())
    for way in ('fork', 'spawn', 'forkserver'):
        ctx = mp.get_context(way)
        q = ctx.Queue()
        p = ctx.Process(target=work, args=(q, P(5))); p.start()
        print(way, q.get()); p.join(); print(p.exitcode, p.name)
        with ctx.Pool(2) as pool: print(pool.map(sq, range(4)))
