# The machine's time zone.
import time, datetime
print(time.tzname, time.timezone, time.daylight, datetime.datetime.now().astimezone().tzname())
print(time.localtime(0), time.strftime('%c', time.gmtime(0)))
