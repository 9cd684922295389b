"""What a streamed model call costs the process that makes it: our client beside the official SDK of OpenAI.

Run by itself: `python -m benchmarks.provider_calls`; needs no database. The server is another process, so that only the
client's processor time is counted. Each call streams CHUNKS chunks, one at a time.
"""

from __future__ import annotations

import asyncio
import json
import logging
import multiprocessing
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from multiprocessing.connection import Connection
from typing import Any

CALLS_AT_ONCE = 50
CHUNKS = 100
ROUNDS = 10
SECONDS_BETWEEN_CHUNKS = 0.01
MOST_MS = 3.0
MODEL = "gpt-5.2"
WORD = "architecture "

Call = Callable[[], Awaitable[str]]


def main() -> None:
    """Print milliseconds of processor time per call of both clients, and their ratio."""
    with _server() as base_url:
        ours = _measure(lambda: _ours(base_url))
        print(f"\nOne streamed call of {CHUNKS} chunks, {CALLS_AT_ONCE} at once     CPU ms   wall s of a round")
        print(f"{'Sage Mode, aiohttp':48} {ours[0]:7.2f} {ours[1]:11.2f}   (at most {MOST_MS:.0f} ms)")
        if find_spec("openai") is None:
            print("The openai SDK is not installed; requirements-dev.txt names it.")
            return
        peer = _measure(lambda: _sdk(base_url))
    print(f"{'openai SDK':48} {peer[0]:7.2f} {peer[1]:11.2f}")
    print(f"{'ratio':48} {peer[0] / ours[0]:7.1f}")


def _measure(make: Callable[[], Call]) -> tuple[float, float]:
    """Return CPU milliseconds per call and seconds of a round: the least of ROUNDS, after one to warm up.

    What else runs on the machine can only add to processor time, by the caches that it empties.
    """

    async def rounds() -> list[tuple[float, float]]:
        call, taken = make(), []
        for _ in range(1 + ROUNDS):
            wall, cpu = time.monotonic(), time.process_time()
            answers = await asyncio.gather(*(call() for _ in range(CALLS_AT_ONCE)))
            taken.append(((time.process_time() - cpu) * 1000 / CALLS_AT_ONCE, time.monotonic() - wall))
            assert set(answers) == {WORD * CHUNKS}
        return taken[1:]

    return min(asyncio.run(rounds()))


def _request() -> Any:
    from agents.prompts import build_request
    from agents.tests.factories import make_assignment

    return build_request(make_assignment("architect"), model=f"openai:{MODEL}", max_tokens=4096, temperature=0.7)


def _ours(base_url: str) -> Call:
    from agents.providers import Endpoint, get_provider

    request, provider = _request(), get_provider(f"openai:{MODEL}")
    endpoint = Endpoint("openai", base_url=base_url, api_key="sk-benchmark")

    async def call() -> str:
        answered = await provider.complete(request, endpoint=endpoint, on_progress=lambda tokens, words: None)
        return answered.text

    return call


def _sdk(base_url: str) -> Call:
    from openai import AsyncOpenAI

    logging.getLogger("httpx2").setLevel(logging.WARNING)  # a line for each request would be counted
    request = _request()
    client = AsyncOpenAI(base_url=base_url, api_key="sk-benchmark", max_retries=0)
    messages: Any = [{"role": "system", "content": request.system}]
    messages += [{"role": role, "content": text} for role, text in request.messages]
    form: Any = {"type": "json_schema", "json_schema": {"name": "hand_in", "strict": False, "schema": request.schema}}

    async def call() -> str:
        stream = await client.chat.completions.create(
            model=MODEL,
            messages=messages,
            max_tokens=request.max_tokens,
            temperature=request.temperature,
            response_format=form,
            stream=True,
            stream_options={"include_usage": True},
        )
        parts = []
        async for said in stream:
            if said.choices and said.choices[0].delta.content:
                parts.append(said.choices[0].delta.content)
        return "".join(parts)

    return call


@contextmanager
def _server() -> Iterator[str]:
    mine, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=[theirs], daemon=True)
    server.start()
    try:
        yield f"http://127.0.0.1:{mine.recv()}/v1"
    finally:
        server.terminate()
        server.join()


def _serve(ready: Connection) -> None:
    asyncio.run(_answer_for_ever(ready))


async def _answer_for_ever(ready: Connection) -> None:
    server = await asyncio.start_server(_answer, "127.0.0.1", 0, backlog=CALLS_AT_ONCE)
    ready.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the requests of one connection."""
    word = _event({"choices": [{"index": 0, "delta": {"content": WORD}, "logprobs": None, "finish_reason": None}]})
    stop = _event({"choices": [{"index": 0, "delta": {}, "logprobs": None, "finish_reason": "stop"}]})
    usage = _event({"choices": [], "usage": {"prompt_tokens": 9000, "completion_tokens": CHUNKS}})
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.split(b":")[1]))
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
            for _ in range(CHUNKS):
                writer.write(word)
                await asyncio.sleep(SECONDS_BETWEEN_CHUNKS)
            writer.write(stop + usage + _chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def _event(said: dict[str, Any]) -> bytes:
    facts = {"id": "chatcmpl-benchmark", "object": "chat.completion.chunk", "created": 1_760_000_000, "model": MODEL}
    return _chunk(b"data: " + json.dumps({**facts, "system_fingerprint": "fp_0", **said}).encode() + b"\n\n")


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


if __name__ == "__main__":
    os.environ.setdefault("ENVIRONMENT", "testing")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sagemode.settings")
    import django

    django.setup()
    main()
