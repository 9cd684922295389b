"""Whether our PostgreSQL still does its work, asked without ever waiting for it."""

import socket
import struct
import time
from contextlib import suppress
from pathlib import Path

from sagemode.pulse import Pulse

ASK_EVERY_SECONDS = 3.0
VERSION_3 = 196_608  # of the protocol


class PostgresProbe:
    """Asks the server behind a socket for one small commit, again and again; every look takes no time at all.

    A server that recovers, or has no connection left, says so, and that is an answer: deaf is who says nothing. To
    connect is not enough of a question: a server whose log is stuck still lets everybody in.
    """

    def __init__(self, path: Path, *, role: str, database: str) -> None:
        self._path = path
        start = struct.pack("!I", VERSION_3) + f"user\0{role}\0database\0{database}\0\0".encode()
        commit = b"SELECT pg_current_xact_id()\0"
        self._question = struct.pack("!I", len(start) + 4) + start
        self._question += b"Q" + struct.pack("!I", len(commit) + 4) + commit
        self._question += b"X" + struct.pack("!I", 4)
        self._answers = Pulse()
        self._answers.beat()  # judged from now on: it has just said that it is ready
        self._connection: socket.socket | None = None
        self._asked_at = 0.0

    def silent_seconds(self) -> float:
        """Look, and return for how long it has given no answer; to be called about once a second."""
        if self._connection is not None and self._is_answered(self._connection):
            self._answers.beat()
            self.close()
        if time.monotonic() - self._asked_at >= ASK_EVERY_SECONDS:
            self._ask()
        return self._answers.silent_seconds()

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self) -> None:
        self.close()
        self._asked_at = time.monotonic()
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.setblocking(False)
        with suppress(OSError):  # nobody there, or more waiting already than it lets wait
            self._connection.connect(str(self._path))
            self._connection.sendall(self._question)

    def _is_answered(self, connection: socket.socket) -> bool:
        """Whether it has said all it had to say: it hangs up after the last message, or after its refusal."""
        try:
            while connection.recv(4096):
                pass
        except ConnectionResetError:  # it refused before it had read everything
            return True
        except OSError:
            return False
        return True
