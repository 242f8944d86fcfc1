# sqlite3.
import sqlite3
c = sqlite3.connect('x.db'); c.execute('create table t(a)'); c.execute('insert into t values(1)'); c.commit()
print(c.execute('select * from t').fetchall(), sqlite3.connect(':memory:').execute('select 1+1').fetchone())
c.close()
