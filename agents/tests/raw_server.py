"""An HTTP server for tests that does byte for byte what it is told, in a thread of its own, on a real socket."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from agents.providers.endpoint import Endpoint


@dataclass
class Received:
    """A request as it came."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


@dataclass
class Connection:
    """One connection of a client."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    number: int  # counts from 1
    requests: list[Received]  # of all connections of the server

    async def receive(self, *, with_body: bool = True) -> Received:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        length = int(headers.get("content-length", 0)) if with_body else 0
        received = Received(head[0], headers, await self.reader.readexactly(length))
        self.requests.append(received)
        return received

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def reset(self) -> None:
        """End the connection with RST."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def wait_for_end(self) -> None:
        """Return when the client has ended the connection."""
        try:
            while await self.reader.read(65536):
                pass
        except ConnectionError:
            pass


Handler = Callable[[Connection], Awaitable[None]]


@dataclass
class RawServer:
    """Serves each connection by `handler` until the `with` block ends. Connections are closed when it returns."""

    handler: Handler
    ssl: object = None
    connections: int = 0
    open_connections: int = 0
    requests: list[Received] = field(default_factory=list)

    def __enter__(self) -> RawServer:
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint("openai", base_url=self.base_url, api_key="sk-canary-1234")

    @property
    def base_url(self) -> str:
        return f"{'https' if self.ssl else 'http'}://127.0.0.1:{self.port}/v1"

    def wait_until_closed(self, seconds: float = 5.0) -> float:
        """Return the seconds until the last connection had ended; fails when that takes too long."""
        began = time.monotonic()
        while self.open_connections:
            assert time.monotonic() - began < seconds, "the client keeps its connection"
            time.sleep(0.005)
        return time.monotonic() - began

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._stop, self._tasks = asyncio.get_running_loop(), asyncio.Event(), set()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=self.ssl, limit=2**20)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._stop.wait()
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open_connections += 1
        task = asyncio.ensure_future(self._handle(Connection(reader, writer, self.connections, self.requests)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _handle(self, connection: Connection) -> None:
        try:
            await self.handler(connection)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            connection.writer.close()
            self.open_connections -= 1


def head(status: int = 200, *, content_type: str = "text/event-stream", **headers: object) -> bytes:
    """Return the head of an answer; chunked unless it says how long it is."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if "content-length" not in headers and "connection" not in headers:
        headers["transfer-encoding"] = "chunked"
    lines = [f"HTTP/1.1 {status} Whatever", f"content-type: {content_type}", *(f"{n}: {v}" for n, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def event(said: object) -> bytes:
    """Return one server-sent event in a chunk of its own."""
    return chunk(b"data: " + (said if isinstance(said, bytes) else json.dumps(said).encode()) + b"\n\n")


LAST = b"0\r\n\r\n"


def whole(status: int, body: object, *, content_type: str = "application/json", **headers: object) -> bytes:
    """Return an answer in one piece."""
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return head(status, content_type=content_type, content_length=len(body), **headers) + body


def answering(*answers: bytes) -> Handler:
    """Return a handler that gives the answers in turn, on whichever connection, and then the last one again."""
    waiting = list(answers)

    async def handler(connection: Connection) -> None:
        while True:
            await connection.receive()
            await connection.send(waiting.pop(0) if len(waiting) > 1 else waiting[0])

    return handler
