import asyncio

async def fetch(n: int) -> str:
    await asyncio.sleep(0)
    return str(n)

async def ok() -> int:
    return len(await fetch(1))

async def main() -> None:
    fetch(1)  # expect: unused-awaitable  (coroutine never awaited)
    s: str = fetch(2)  # expect: invalid-assignment  (missing await)
    print(fetch(3).upper())  # expect: unresolved-attribute  (coroutine has no attribute upper)
    n = len(fetch(4))  # expect: invalid-argument-type  (Coroutine is not Sized)
    async with asyncio.TaskGroup() as tg:
        t = tg.create_task(fetch)  # expect: invalid-argument-type  (not called)
        u = tg.create_task(fetch(5))
    x: int = u.result()  # expect: invalid-assignment  (str)
