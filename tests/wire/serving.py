"""A wire server in a thread of the test process, or in a process of its own."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from tests.wire.manner import Seen
from tests.wire.speaker import Speaker

ROOT = Path(__file__).resolve().parent.parent.parent
CONTROL: Final = "/wire"


class Addresses:
    """The base URLs of a wire server, as the settings want them."""

    port: int

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def anthropic_url(self) -> str:
        return self.origin

    @property
    def openai_url(self) -> str:
        """Also for OPENROUTER_BASE_URL."""
        return f"{self.origin}/v1"

    @property
    def ollama_url(self) -> str:
        return self.origin


class WireServer(Speaker, Addresses):
    """A provider of models on a port of 127.0.0.1, in a thread of this process; see the package for how to use it."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="wire-server", daemon=True)

    def __enter__(self) -> WireServer:
        self._thread.start()
        assert self._ready.wait(10), "the wire server does not listen"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def closed_url(self) -> str:
        """Return an origin where nobody listens."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return f"http://127.0.0.1:{probe.getsockname()[1]}"

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._until_stopped())
        finally:
            self._loop.close()

    async def _until_stopped(self) -> None:
        self._stop = asyncio.Event()
        server = await self.listen()
        self._ready.set()
        await self._stop.wait()
        server.close()
        await self.hang_up()


class WireProcess(Addresses):
    """The same as a process of its own: for load, where the test's process has no time for it."""

    def __init__(self, **options: object) -> None:
        arguments = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.wire.server", *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.pid = self._process.pid
        self.port = int(self._process.stdout.readline())

    def __enter__(self) -> WireProcess:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate(timeout=20)

    def change(self, **wish: Any) -> None:
        """Change it from the next request on; the names are those of `POST /wire`."""
        data = json.dumps(wish).encode()
        with urllib.request.urlopen(urllib.request.Request(self.origin + CONTROL, data), timeout=20) as answer:
            answer.read()

    def seen(self) -> list[Seen]:
        """Return every request so far."""
        return [Seen(**row) for row in self._told()["seen"]]

    def most_at_once(self) -> int:
        """Return how many calls of models were being answered when they were most."""
        return int(self._told()["most_at_once"])

    def _told(self) -> dict[str, Any]:
        with urllib.request.urlopen(self.origin + CONTROL, timeout=60) as answer:
            told: dict[str, Any] = json.load(answer)
            return told

    def completions(self) -> list[Seen]:
        return [seen for seen in self.seen() if seen.model]
