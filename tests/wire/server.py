"""A wire server that is a process of its own.

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
import sys
from typing import Any

from tests.wire.counting import Counts
from tests.wire.http import Reply, Request
from tests.wire.manner import Manner
from tests.wire.play import JSON
from tests.wire.script import OUTCOMES
from tests.wire.serving import CONTROL
from tests.wire.speaker import Speaker


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
