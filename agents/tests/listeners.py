"""A real listener on this machine's own addresses, which counts who connects; and servers that point at it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Listener:
    """Accepts on one port of several addresses, answers `answer`, and keeps what it was sent."""

    port: int = 0
    answer: bytes = b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
    received: list[bytes] = field(default_factory=list)  # one for each connection that was accepted
    _sockets: list[socket.socket] = field(default_factory=list)

    @property
    def connections(self) -> int:
        return len(self.received)

    def listen(self, *addresses: str) -> None:
        for address in addresses:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            server = socket.socket(family, socket.SOCK_STREAM)
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            server.bind((address, self.port))
            server.listen(64)
            self.port = server.getsockname()[1]
            self._sockets.append(server)
            threading.Thread(target=self._accept, args=(server,), daemon=True).start()

    def close(self) -> None:
        for server in self._sockets:
            server.close()

    def _accept(self, server: socket.socket) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            self.received.append(b"")
            threading.Thread(target=self._serve, args=(connection, self.connections - 1), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        with connection:
            connection.settimeout(5)
            try:
                while b"\r\n\r\n" not in self.received[number] and (piece := connection.recv(65_536)):
                    self.received[number] += piece
                connection.sendall(self.answer)
            except OSError:
                return


@contextmanager
def listening(*addresses: str, answer: bytes = b"") -> Iterator[Listener]:
    """A listener on the same free port of each address. Raises OSError where one of them cannot be had."""
    listener = Listener()
    if answer:
        listener.answer = answer
    try:
        listener.listen(*addresses)
        yield listener
    finally:
        listener.close()


def redirect_to(location: str, status: int = 307) -> bytes:
    """The answer that sends a client elsewhere."""
    head = (f"HTTP/1.1 {status} Elsewhere", f"Location: {location}", "Content-Length: 0", "Connection: close")
    return ("\r\n".join(head) + "\r\n\r\n").encode()
