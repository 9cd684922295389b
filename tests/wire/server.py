"""A wire server in a thread of the test process, and one that is a process of its own.

    python -m tests.wire.server [--latency S] [--pieces N] [--answers simulated|small] [--key KEY] [--text TEXT]

prints its port on the first line and ends when its standard input is closed. `POST /wire` changes it from the next
request on, with any of: "clear": true, "then": [outcomes], "always": outcome (both with "model", "role", "roles" or
"protocol"), "chances": {outcome: probability}, "seed", "manner": {name: value}, "forget": true. `GET /wire` gives
{"connections", "most_at_once", "seen"}.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.wire.counting import Counts
from tests.wire.http import Reply, Request
from tests.wire.script import OUTCOMES
from tests.wire.speaker import JSON, Manner, Seen, Speaker

ROOT = Path(__file__).resolve().parent.parent.parent
CONTROL = "/wire"


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


class ControlledSpeaker(Speaker):
    """A speaker that is told over the wire how to behave."""

    async def _answer(self, request: Request, reply: Reply) -> None:
        if request.path != CONTROL:
            return await super()._answer(request, reply)
        status, told = 200, {}
        if request.method == "POST":
            try:
                self._change(request.json())
            except (TypeError, ValueError, AttributeError) as error:
                status, told = 400, {"error": str(error)}
        else:
            told = {"connections": self.connections, "most_at_once": self.most_at_once}
            told |= {"seen": [seen.as_json() for seen in self.seen]}
        await reply.whole(status, json.dumps(told).encode(), JSON, {})

    def _change(self, wish: dict[str, Any]) -> None:
        only = {name: wish[name] for name in ("model", "role", "roles", "protocol") if name in wish}
        if wish.get("clear"):
            self.script.clear()
        if wish.get("forget"):
            self.seen.clear()
        if "then" in wish:
            self.script.then(*wish["then"], **only)
        if "always" in wish:
            self.script.always(wish["always"], **only)
        if "chances" in wish:
            self.script.chances(wish["chances"], seed=wish.get("seed", 0))
        manner = {**vars(self.manner), **wish.get("manner", {})}
        if isinstance(manner["counts"], dict):
            manner["counts"] = Counts(**manner["counts"])
        self.manner = Manner(**manner)


async def serve(manner: Manner) -> None:
    speaker = ControlledSpeaker()
    speaker.manner = manner
    server = await speaker.listen()
    print(speaker.port, flush=True)
    # Whoever started us holds the other end: when it is gone, so are we.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()
    await speaker.hang_up()


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.wire.server",
        description="A provider of models on the wire. Outcomes: " + ", ".join(OUTCOMES),
    )
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--pieces", type=int, default=12)
    parser.add_argument("--answers", choices=("simulated", "small"), default="simulated")
    parser.add_argument("--key", default="")
    parser.add_argument("--text")
    asyncio.run(serve(Manner(**vars(parser.parse_args()))))


if __name__ == "__main__":
    main()
