# SPDX-License-Identifier: Apache-2.0
"""A TCP proxy in front of a store: what a network adds to it. It sees ciphertext only and changes no byte."""

import asyncio


class Proxy:
    def __init__(self, target_port, round_trip_s, idle_s):
        self._target_port = target_port
        self._round_trip_s = round_trip_s
        self._idle_s = idle_s

    async def listen(self, listening_socket):
        await asyncio.start_server(self._serve, sock=listening_socket)

    async def _serve(self, client_reader, client_writer):
        # The kernel has accepted already, so TCP's own round trip is paid here.
        await asyncio.sleep(self._round_trip_s)
        try:
            server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        except OSError:
            client_writer.transport.abort()
            return
        connection = Connection(self._round_trip_s / 2)
        ways = [asyncio.create_task(connection.carry(client_reader, server_writer)),
                asyncio.create_task(connection.carry(server_reader, client_writer))]
        if self._idle_s is not None:
            ways.append(asyncio.create_task(connection.idle_for(self._idle_s)))
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        for writer in (client_writer, server_writer):
            writer.close()


class Connection:
    def __init__(self, delay_s):
        self._delay_s = delay_s
        self._last_byte = now()

    async def carry(self, reader, writer):
        """Brings each piece to the other side once it is old enough, and ends when no more comes."""
        pieces = asyncio.Queue()
        taking = asyncio.create_task(self._take(reader, pieces))
        try:
            while True:
                due, piece = await pieces.get()
                if due > now():
                    await asyncio.sleep(due - now())
                if not piece:
                    return
                writer.write(piece)
                await writer.drain()
        except OSError:
            pass
        finally:
            taking.cancel()

    async def _take(self, reader, pieces):
        piece = b"something"
        while piece:
            try:
                piece = await reader.read(65536)
            except OSError:
                piece = b""
            self._last_byte = now()
            pieces.put_nowait((now() + self._delay_s, piece))

    async def idle_for(self, seconds):
        while (rest := self._last_byte + seconds - now()) > 0:
            await asyncio.sleep(rest)


def now():
    return asyncio.get_running_loop().time()
