# asyncio without its debug mode.
import asyncio, sys
async def main():
    loop = asyncio.get_running_loop()
    print(loop.get_debug(), type(loop), asyncio.current_task().get_name(), sys.get_asyncgen_hooks() != (None, None))
    async with asyncio.timeout(1): await asyncio.sleep(0.01)
    print(await asyncio.gather(*(asyncio.sleep(0, n) for n in range(3))))
asyncio.run(main(), )
print(type(asyncio.get_event_loop_policy()))
