"""A line between browser and server that a test can cut and mend."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

from tests.services import free_port


class Relay:
    """Forwards TCP connections to a port; while it is cut there is nobody at its own."""

    def __init__(self, target: int) -> None:
        self.port = free_port()
        self._target = target
        self._lines: set[socket.socket] = set()
        self._listener: socket.socket | None = None

    def mend(self) -> None:
        """Listen, and forward every connection in both directions."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """End all connections and take no new ones."""
        if self._listener is None:
            return
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._listener = None
        for line in list(self._lines):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
                for source, sink in ((near, far), (far, near)):
                    self._lines.add(source)
                    threading.Thread(target=self._forward, args=(source, sink), daemon=True).start()

    def _forward(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
        self._lines.discard(source)


@contextlib.contextmanager
def relayed(target: int) -> Iterator[Relay]:
    relay = Relay(target)
    relay.mend()
    try:
        yield relay
    finally:
        relay.cut()
