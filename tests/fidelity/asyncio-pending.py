# Tasks and async generators that are left over.
import asyncio
async def forever():
    try: await asyncio.Event().wait()
    finally: print('cancelled')
async def main():
    asyncio.create_task(forever()); await asyncio.sleep(0)
asyncio.run(main())
loop = asyncio.new_event_loop()
async def g():
    try: yield 1
    finally: print('g closed')
async def m():
    a = g(); await a.__anext__(); return a
a = loop.run_until_complete(m())
t = loop.create_task(forever()); loop.run_until_complete(asyncio.sleep(0))
print('end')
