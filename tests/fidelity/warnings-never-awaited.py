# Coroutines that were never awaited.
import asyncio
async def coro(): pass
async def main():
    coro()
    c = coro()
asyncio.run(main())
coro()
print('end')
k = coro()
