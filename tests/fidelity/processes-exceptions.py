# Exceptions in processes of multiprocessing.
# needs: full
import multiprocessing as mp
def bad(): raise ValueError('in child')
if __name__ == '__main__':
    p = mp.Process(target=bad); p.start(); p.join(); print(p.exitcode)
    with mp.Pool(1) as pool:
        try: pool.apply(bad)
        except ValueError as e: print(type(e.__cause__), e)
