"""A wire between us and PostgreSQL that fails at a COMMIT, as real ones do."""

import select
import shutil
import socket
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

COMMIT = b"COMMIT\x00"


class Wire:
    """Listens on a socket of its own and carries bytes to the server's; `fail_at_commit` breaks it once."""

    def __init__(self, host: str, port: int = 5432) -> None:
        self.folder = tempfile.mkdtemp(prefix="sage-wire-")
        self.fail_at_commit = ""
        self._target = str(Path(host) / f".s.PGSQL.{port}")
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(Path(self.folder) / f".s.PGSQL.{port}"))
        self._listening.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.close()
        shutil.rmtree(self.folder)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, suppress(OSError):
            server.connect(self._target)
            while True:
                for source in select.select([client, server], [], [])[0]:
                    data = source.recv(65536)
                    if not data:
                        return
                    if source is client and COMMIT in data and self.fail_at_commit:
                        how, self.fail_at_commit = self.fail_at_commit, ""
                        if how == "the answer is lost":
                            server.sendall(data)
                            server.recv(65536)
                            return
                        if how == "it never arrives":
                            return
                        client.recv(1)  # swallowed: the server hears nothing, not even that the client has gone
                        threading.Event().wait(8)
                        return
                    (server if source is client else client).sendall(data)
