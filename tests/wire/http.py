"""HTTP/1.1 as little as a wire server needs, by hand: a server that has to break it must not be kept from it."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

MOST_BYTES = 64 * 1024 * 1024
REASONS = {
    200: "OK",
    307: "Temporary Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    408: "Request Timeout",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
    529: "Overloaded",
}


@dataclass
class Request:
    """A request as it came: header names in lower case, the body as bytes."""

    method: str
    path: str  # without the query
    headers: dict[str, str]
    raw: bytes

    def json(self) -> Any:
        """Return the body as JSON; None when it is none."""
        try:
            return json.loads(self.raw)
        except ValueError:
            return None


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """Return the next request of a connection; None when the other side has ended it."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ", 2)
        pairs = (line.split(":", 1) for line in head[1:] if ":" in line)
        headers = {name.strip().lower(): value.strip() for name, value in pairs}
        if headers.get("transfer-encoding", "").lower() == "chunked":
            raw = await _chunked(reader)
        else:
            raw = await reader.readexactly(int(headers.get("content-length", "0")))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return Request(method, target.split("?", 1)[0], headers, raw)


async def _chunked(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readexactly(2)
    return body


class Reply:
    """The answer to one request, written piece by piece."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.sent = 0  # bytes of the body that the other side, or the kernel for it, has taken
        self.is_broken = False  # nothing further can be said on this connection

    async def whole(self, status: int, body: bytes, media_type: str, headers: dict[str, str]) -> None:
        """Send an answer whose length is known."""
        head = {"Content-Type": media_type, "Content-Length": str(len(body)), **headers}
        await self._write(_head(status, head) + body)

    async def begin(self, media_type: str) -> None:
        """Send the head of an answer that comes in pieces."""
        await self._write(_head(200, {"Content-Type": media_type, "Transfer-Encoding": "chunked"}))

    async def piece(self, data: bytes) -> None:
        if data:
            await self._write(b"%x\r\n%b\r\n" % (len(data), data))
            self.sent += len(data)

    async def end(self) -> None:
        await self._write(b"0\r\n\r\n")

    async def raw(self, data: bytes) -> None:
        await self._write(data)

    def reset(self) -> None:
        """End the connection with RST: what is under way is lost."""
        reset(self._writer)
        self.is_broken = True

    async def until_gone(self) -> None:
        """Wait until the other side ends the connection."""
        self.is_broken = True
        await self._writer.wait_closed()

    async def _write(self, data: bytes) -> None:
        if self._writer.is_closing():
            raise ConnectionResetError
        self._writer.write(data)
        await self._writer.drain()


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection with RST in place of FIN."""
    wire = writer.get_extra_info("socket")
    if wire is not None:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def _head(status: int, headers: dict[str, str]) -> bytes:
    headers = {"Date": formatdate(usegmt=True), **headers}
    lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Status')}", *(f"{k}: {v}" for k, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
