"""A fake model provider on the wire, a process of its own. It writes every request down before it answers.

    python -m tests.chaos.provider LOG [--seed N]     prints its port on the first line

`POST /lab` changes how it behaves from the next request on: `{"latency": seconds, "hostile": true, "faults":
{"429": probability, ...}}`. Each request is one line of LOG: at, session_id, task_id, role, call_key, attempt, outcome,
input_tokens, output_tokens. The outcome is what the provider set out to do; who asked may be gone before it is done.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from aiohttp import web

from tests.chaos.deliverables import deliverable, too_deep

FAULTS = ("429", "500", "529", "hang", "cut", "garbage", "nonsense", "deep", "empty", "drip")
CHUNKS = 8
DRIP_FACTOR = 4  # how much longer a dripping answer takes


class FakeProvider:
    """Answers as each role would, after a latency, with faults by seeded dice."""

    def __init__(self, log: TextIO, *, seed: int) -> None:
        self.log = log
        self.dice = random.Random(seed)
        self.latency = 0.2
        self.hostile = False
        self.faults: dict[str, float] = {}

    async def change(self, request: web.Request) -> web.Response:
        wish = await request.json()
        unknown = set(wish.get("faults", {})) - set(FAULTS)
        if unknown:
            return web.json_response({"error": f"unknown faults {sorted(unknown)}"}, status=400)
        for name, value in wish.items():
            setattr(self, name, value)
        return web.json_response({"latency": self.latency, "hostile": self.hostile, "faults": self.faults})

    async def complete(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        body = json.loads(raw)
        told = body["metadata"]
        outcome = next((name for name, chance in self.faults.items() if self.dice.random() < chance), "ok")
        # A role whose brief has it ask does so once: with the answer in front of it, it goes on.
        asks = f"[lab: ask {told['role']}]".encode() in raw and b"Answers to your questions:" not in raw
        # One whose brief spoils its work forgets a file, and hands it in when it is told.
        spoils = f"[lab: spoil {told['role']}]".encode() in raw and ":repair:" not in told["call_key"]
        text = self._text(told["role"], outcome, asks=asks, spoils=spoils)
        usage = {"prompt_tokens": len(raw) // 4, "completion_tokens": min(max(1, len(text) // 4), body["max_tokens"])}
        self._write_down(told, outcome, usage)
        latency = self.latency * self.dice.uniform(0.8, 1.2)
        if outcome == "429":
            return web.json_response({"error": "slow down"}, status=429, headers={"Retry-After": "1"})
        if outcome in ("500", "529"):
            return web.json_response({"error": "down"}, status=int(outcome))
        if outcome == "hang":
            await asyncio.sleep(600)
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        with suppress(ConnectionError):  # whoever asked is gone
            await answer.prepare(request)
            await self._stream(answer, text, outcome, usage, latency * (DRIP_FACTOR if outcome == "drip" else 1))
            if outcome == "cut":
                assert request.transport is not None
                request.transport.abort()
        return answer

    async def _stream(
        self, answer: web.StreamResponse, text: str, outcome: str, usage: dict[str, int], latency: float
    ) -> None:
        if outcome == "garbage":
            await answer.write(b"\x00\xff<html>not what you asked for</html>\n\n")
            return
        size = max(1, -(-len(text) // CHUNKS))
        for start in range(0, max(len(text), 1), size):
            await asyncio.sleep(latency / CHUNKS)
            if outcome == "cut" and start >= len(text) // 2:
                return
            await answer.write(_frame(choices=[{"index": 0, "delta": {"content": text[start : start + size]}}]))
        await answer.write(_frame(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}]))
        await answer.write(_frame(choices=[], usage=usage))
        await answer.write(b"data: [DONE]\n\n")

    def _text(self, role: str, outcome: str, *, asks: bool, spoils: bool) -> str:
        if outcome == "nonsense":
            return "I am sorry, I cannot do that."
        if outcome == "deep":
            return too_deep()
        return "" if outcome == "empty" else deliverable(role, hostile=self.hostile, asks=asks, spoils=spoils)

    def _write_down(self, told: dict[str, str], outcome: str, usage: dict[str, int]) -> None:
        line: dict[str, Any] = {"at": time.time(), "session_id": int(told["session_id"]), "role": told["role"]}
        line |= {"task_id": int(told["task_id"]), "call_key": told["call_key"], "attempt": int(told["attempt"])}
        line |= {"outcome": outcome, "input_tokens": usage["prompt_tokens"]}
        self.log.write(json.dumps(line | {"output_tokens": usage["completion_tokens"]}) + "\n")


def _frame(**facts: Any) -> bytes:
    return b"data: " + json.dumps(facts).encode() + b"\n\n"


async def serve(log: Path, seed: int) -> None:
    with log.open("a", buffering=1) as lines:
        provider = FakeProvider(lines, seed=seed)
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post("/v1/chat/completions", provider.complete)
        app.router.add_post("/lab", provider.change)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        print(runner.addresses[0][1], flush=True)
        # Whoever started us holds the other end: when it is gone, so are we.
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("log", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    asyncio.run(serve(options.log, options.seed))
