# An async generator that was left in the middle.
import asyncio
async def ag():
    try: yield 1
    finally: print('ag finally')
async def main():
    async for x in ag(): break
    print('left')
asyncio.run(main())
a = ag()
async def m2(): print(await a.__anext__())
asyncio.run(m2())
try: ag().__anext__().send(None)
except StopIteration as e: print(e.value)
print('end')
