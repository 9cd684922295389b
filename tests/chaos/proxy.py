"""A proxy that can break: between the house and its PostgreSQL, Redis and provider, a process of its own.

    python -m tests.chaos.proxy CONTROL NAME=LISTEN->TARGET ...

LISTEN and TARGET are `/path/of/socket` or `host:port`. CONTROL is a Unix socket that takes one JSON object a line and
answers with one: `{"route": "postgres", "mode": "delay", "seconds": 0.5}`. Modes: `pass`; `refuse` (new connections
are closed at once); `hole` (everything is swallowed and no connection ends); `delay` (each piece waits so long).
`{"route": ..., "cut": true}` cuts every connection now; `{"route": ...}` alone asks for the counters.

On any route a piece from the client that holds LOSE_MARK makes the proxy keep back one answer: of PostgreSQL's next
COMMIT, or of the next statement when no transaction is open. The server gets it and answers; then both ends are cut.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from contextlib import suppress
from typing import Any

LOSE_MARK = b"sage-failpoint: lose the answer"
COMMIT = b"COMMIT\x00"
IN_TRANSACTION = b"Z\x00\x00\x00\x05T"  # ReadyForQuery at the end of an answer
READY = b"Z\x00\x00\x00\x05"
ANY_STATEMENT = b"\x00"  # every message holds one: outside a transaction each statement commits
PIECE = 256 * 1024

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def connect(address: str) -> Streams:
    if address.startswith("/"):
        return await asyncio.open_unix_connection(address, limit=PIECE)
    host, _, port = address.rpartition(":")
    return await asyncio.open_connection(host, int(port), limit=PIECE)


async def listen(address: str, handler: Any) -> None:
    if address.startswith("/"):
        await asyncio.start_unix_server(handler, address, limit=PIECE, backlog=1024)
    else:
        host, _, port = address.rpartition(":")
        await asyncio.start_server(handler, host, int(port), limit=PIECE, backlog=1024)


class Route:
    """One address in front of another."""

    def __init__(self, name: str, target: str) -> None:
        self.name, self.target = name, target
        self.mode, self.seconds = "pass", 0.0
        self.links: set[Link] = set()
        self.accepted = self.lost = 0
        self.calm = asyncio.Event()  # set while nothing is swallowed
        self.calm.set()

    def change(self, *, mode: str = "", seconds: float = 0.0, cut: bool = False) -> dict[str, Any]:
        if mode:
            self.mode, self.seconds = mode, seconds
            (self.calm.clear if mode == "hole" else self.calm.set)()
        if cut:
            for link in list(self.links):
                link.cut()
        return {"mode": self.mode, "open": len(self.links), "accepted": self.accepted, "lost": self.lost}

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        if self.mode == "refuse":
            writer.transport.abort()
            return
        await self.calm.wait()
        try:
            server = await connect(self.target)
        except OSError:
            writer.transport.abort()
            return
        link = Link(self, (reader, writer), server)
        self.links.add(link)
        await link.run()

    async def pause(self) -> None:
        """Wait as long as the mode says."""
        await self.calm.wait()
        if self.mode == "delay":
            await asyncio.sleep(self.seconds)


class Link:
    """One connection through the proxy."""

    def __init__(self, route: Route, client: Streams, server: Streams) -> None:
        self.route, self.client, self.server = route, client, server
        self.is_marked = False  # the mark was sent; the answer to it tells whether a transaction is open
        self.waits_for = b""  # what the client must say before an answer is kept back
        self.keeps_back = False

    async def run(self) -> None:
        ways = [asyncio.create_task(self._requests()), asyncio.create_task(self._answers())]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        self.cut()
        await asyncio.gather(*ways, return_exceptions=True)

    def cut(self) -> None:
        self.route.links.discard(self)
        self.client[1].transport.abort()
        self.server[1].transport.abort()

    async def _requests(self) -> None:
        with suppress(OSError):
            while piece := await self.client[0].read(PIECE):
                if LOSE_MARK in piece:
                    self.is_marked = True
                elif self.waits_for and self.waits_for in piece:
                    self.keeps_back = True
                await self.route.pause()
                self.server[1].write(piece)
                await self.server[1].drain()

    async def _answers(self) -> None:
        with suppress(OSError):
            while piece := await self.server[0].read(PIECE):
                if self.keeps_back:
                    if READY in piece:  # the server has answered in full; nobody will ever hear it
                        self.route.lost += 1
                        return
                    continue
                if self.is_marked and READY in piece:
                    self.is_marked = False
                    self.waits_for = COMMIT if IN_TRANSACTION in piece else ANY_STATEMENT
                await self.route.pause()
                self.client[1].write(piece)
                await self.client[1].drain()


async def serve(control: str, routes: list[str]) -> None:
    known: dict[str, Route] = {}
    for text in routes:
        name, _, way = text.partition("=")
        listens, _, target = way.partition("->")
        known[name] = Route(name, target)
        await listen(listens, known[name].accept)

    async def obey(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            order = json.loads(line)
            said = known[order.pop("route")].change(**order)
            writer.write(json.dumps(said).encode() + b"\n")
            await writer.drain()
        writer.close()

    await listen(control, obey)
    print("ready", flush=True)
    # Whoever started us holds the other end: when it is gone, so are we.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("control")
    parser.add_argument("routes", nargs="+")
    options = parser.parse_args()
    asyncio.run(serve(options.control, options.routes))
