# A task's exception that nobody took.
import asyncio
async def bad(): raise ValueError('lost')
async def main():
    t = asyncio.create_task(bad(), name='t')
    await asyncio.sleep(0.01)
    del t
    f = asyncio.get_running_loop().create_task(asyncio.sleep(100), name='p')
    await asyncio.sleep(0)
asyncio.run(main())
