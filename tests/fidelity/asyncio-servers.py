# Servers on the loopback and in the file system.
# needs: full
import asyncio
async def handle(r, w): w.write(await r.readline()); await w.drain(); w.close()
async def main():
    s = await asyncio.start_server(handle, 'localhost', 0)
    port = s.sockets[0].getsockname()[1]
    r, w = await asyncio.open_connection('127.0.0.1', port)
    w.write(b'hello\n'); print(await r.read()); w.close(); s.close()
    async def h2(r, w): w.write(b'u'); w.close()
    s = await asyncio.start_unix_server(h2, 'sock')
    r, w = await asyncio.open_unix_connection('sock'); print(await r.read())
asyncio.run(main())
