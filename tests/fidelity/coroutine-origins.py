# How much of a coroutine's origin is recorded is as the program says.
import asyncio
import sys

print(sys.get_coroutine_origin_tracking_depth())
print(sys.set_coroutine_origin_tracking_depth, sys.get_coroutine_origin_tracking_depth.__name__)
sys.set_coroutine_origin_tracking_depth(depth=2)
print(sys.get_coroutine_origin_tracking_depth())


async def work():
    return sys.get_coroutine_origin_tracking_depth()


coro = work()
print(len(coro.cr_origin))
coro.close()
sys.set_coroutine_origin_tracking_depth(0)
print(sys.get_coroutine_origin_tracking_depth())
print(asyncio.run(work(), debug=True) > 0, sys.get_coroutine_origin_tracking_depth())
for wrong in [-1, "one"]:
    try:
        sys.set_coroutine_origin_tracking_depth(wrong)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
