"""The server itself: takes connections, asks the script for the outcome of each request, and plays it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import ModuleType
from typing import Any, Final

from tests.wire import anthropic_messages, openai_chat
from tests.wire.answers import Answers, answer_to, role_of
from tests.wire.counting import FAILURES, Counter, Counts, Failure
from tests.wire.http import MOST_BYTES, Reply, Request, read_request, reset
from tests.wire.script import Script

HUGE_BYTES: Final = 50 * 1024 * 1024
DRIP_SECONDS: Final = 0.05
JSON: Final = "application/json"
STREAM: Final = "text/event-stream; charset=utf-8"
MOVED: Final = "/moved"
LOOP: Final = "/loop"
PROSE: Final = "I looked at the brief and have some thoughts about it."
FINISH: Final = {"max_tokens": "length", "refusal": "refusal"}


@dataclass
class Manner:
    """How the server answers, whatever the outcome."""

    latency: float = 0.0  # seconds that a whole answer takes, spread over its pieces
    first_byte: float = 0.0  # seconds before the head of an answer
    pieces: int = 12  # of the text of a streamed answer
    answers: Answers = "simulated"
    text: str | None = None  # said in place of a deliverable
    as_text: bool = False  # written as text, though a tool was offered
    key: str = ""  # every other one is refused; empty takes all
    counts: Counts | None = None  # in place of counting
    retry_after: int = 1  # seconds, told with rate_limited_seconds and _date
    health: str = "ok"  # outcome of requests for the list of models
    models: tuple[str, ...] = ("small-1", "large-1")
    refused_parameters: tuple[str, ...] = ()  # 400 to a request that has one of them; `tool_choice` only if it forces


@dataclass
class Seen:
    """One request, as it came, and what became of it."""

    at: float  # seconds since the epoch
    protocol: str  # anthropic, openai, or empty for what is neither
    method: str
    path: str
    headers: dict[str, str]  # names in lower case
    body: Any  # parsed JSON; None when there is none
    outcome: str
    model: str = ""
    role: str = ""
    sent: int = 0  # bytes of the answer's body that the client, or the kernel for it, took
    ended_at: float = 0.0  # seconds since the epoch; 0: not yet
    ended: str = ""  # "whole": we said all that we had to say; "left": the client went away before; empty: not yet
    counts: dict[str, int] = field(default_factory=dict)  # the tokens that were told; empty when none were
    facts: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Speaker:
    """Speaks both protocols on one port. Everything may be called from the thread of the test."""

    def __init__(self) -> None:
        self.script = Script()
        self.manner = Manner()
        self.seen: list[Seen] = []
        self.port = 0
        self.connections = 0  # taken so far, also those that were reset at once
        self.answering = self.most_at_once = 0  # calls of models: now, and when they were most
        self._counter = Counter()
        self._open: set[asyncio.Task[None]] = set()

    async def listen(self, port: int = 0) -> asyncio.Server:
        server = await asyncio.start_server(self._take, "127.0.0.1", port, limit=MOST_BYTES, backlog=4096)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def hang_up(self) -> None:
        """End every connection."""
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def completions(self) -> list[Seen]:
        """Return the calls of models, without requests for lists of models and the like."""
        return [seen for seen in self.seen if seen.model]

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            if self.script.take_unseen():
                await reader.read(1)  # so the connection stands, and the client has begun to send
                reset(writer)
                return
            while request := await read_request(reader):
                reply = Reply(writer)
                await self._answer(request, reply)
                if reply.is_broken:
                    return
        except (ConnectionError, asyncio.CancelledError):
            pass  # whoever asked is gone, or the test is over
        finally:
            self._open.discard(task)
            with suppress(ConnectionError):
                writer.close()

    async def _answer(self, request: Request, reply: Reply) -> None:
        path = request.path
        speech = next((s for end, s in _PATHS if path.endswith(end)), None)
        if request.method == "POST" and speech is not None:
            seen = self._note(request, speech.NAME)
            play = Play(self, request, reply, seen, speech)
            work = play.refuse_or_play()
        else:
            seen = self._note(request, "")
            work = self._other(request, path, reply, seen)
        self.answering += speech is not None
        self.most_at_once = max(self.most_at_once, self.answering)
        try:
            await work
            seen.ended = seen.ended or "whole"
        except ConnectionError:
            seen.ended = "left"
            raise
        finally:
            self.answering -= speech is not None
            seen.ended_at, seen.sent = time.time(), reply.sent

    async def _other(self, request: Request, path: str, reply: Reply, seen: Seen) -> None:
        speech = anthropic_messages if "anthropic-version" in request.headers else openai_chat
        seen.protocol = speech.NAME
        seen.outcome = self.manner.health
        if self.manner.key and not speech.is_right_key(request, self.manner.key):
            seen.outcome = "wrong_key"
        if seen.outcome in FAILURES:
            await fail(reply, speech, FAILURES[seen.outcome], self.manner.retry_after)
        elif seen.outcome == "no_headers":
            await reply.until_gone()
        elif seen.outcome == "reset_after":
            reply.reset()
        elif path.endswith(("/models", "/api/tags", "/key", "/api/version")):
            await reply.whole(200, json.dumps(speech.models(list(self.manner.models))).encode(), JSON, {})
        else:
            seen.outcome = "not_found"
            await reply.whole(404, b"<html>nothing here</html>", "text/html", {})

    def _note(self, request: Request, protocol: str) -> Seen:
        body = request.json() if request.raw else None
        seen = Seen(time.time(), protocol, request.method, request.path, request.headers, body, "")
        self.seen.append(seen)
        return seen


_MOVED: Final = {MOVED: "ok", LOOP: "redirect_loop"}
_PATHS: Final[tuple[tuple[str, ModuleType], ...]] = (
    ("/v1/messages", anthropic_messages),
    ("/chat/completions", openai_chat),
)


class Play:
    """One call of a model, from its outcome to the last byte."""

    def __init__(self, speaker: Speaker, request: Request, reply: Reply, seen: Seen, speech: ModuleType) -> None:
        self.manner, self.counter, self.script = speaker.manner, speaker._counter, speaker.script
        self.port = speaker.port
        self.request, self.reply, self.seen, self.speech = request, reply, seen, speech
        self.body = seen.body

    async def refuse_or_play(self) -> None:
        complaint = self.speech.complaint(self.request, self.body)
        if complaint:
            self.seen.outcome, self.seen.model = "malformed_request", str((self.body or {}).get("model", "?"))
            self.seen.facts["complaint"] = complaint
            return await fail(
                self.reply, self.speech, Failure(400, "invalid_request_error", "invalid_value", complaint)
            )
        system, prompt = self.speech.prompt_of(self.body)
        self.seen.model, self.seen.role = self.body["model"], role_of(prompt)
        if self.manner.key and not self.speech.is_right_key(self.request, self.manner.key):
            self.seen.outcome = "wrong_key"
            return await fail(self.reply, self.speech, FAILURES["wrong_key"])
        if refused := self.speech.refused_parameter(self.body, self.manner.refused_parameters):
            self.seen.outcome = "refused_parameter"
            return await fail(self.reply, self.speech, refused)
        facts = {"model": self.seen.model, "role": self.seen.role, "protocol": self.speech.NAME}
        front = "/" + self.request.path.split("/")[1]
        self.seen.outcome = outcome = _MOVED.get(front) or self.script.take(**facts)
        if self.manner.first_byte:
            await asyncio.sleep(self.manner.first_byte)
        if outcome in FAILURES and not outcome.startswith("mid_stream"):
            return await fail(self.reply, self.speech, FAILURES[outcome], self.manner.retry_after)
        if broken := getattr(self, f"_{outcome}", None):
            return await broken()
        await self._say(outcome, await self._text(outcome, system, prompt))

    async def _text(self, outcome: str, system: str, prompt: str) -> str:
        if outcome in ("empty", "refusal"):
            return ""
        if outcome == "prose":
            return PROSE
        if self.manner.text is not None:
            text = self.manner.text
        else:
            text = await asyncio.to_thread(answer_to, system, prompt, self.manner.answers)
        return text[: len(text) * 2 // 3] if outcome == "max_tokens" else text

    async def _say(self, outcome: str, text: str) -> None:
        """Give a well-formed answer, to its end or to its middle."""
        counts = None
        if outcome != "no_usage":
            counts = self.manner.counts or self.counter.count(self.body, text, front=self.speech.front_of(self.body))
            self.seen.counts = vars(counts)
        said = {"finish": FINISH.get(outcome, "stop"), "as_text": self.manner.as_text or outcome == "prose"}
        if outcome == "plain_json" or not self.body.get("stream"):
            await asyncio.sleep(self.manner.latency)
            whole = json.dumps(self.speech.whole(text, self.body, counts, **said)).encode()
            return await self.reply.whole(200, whole, JSON, {})
        pieces = self.manner.pieces
        frames = list(self.speech.frames(text, self.body, counts, pieces=pieces, **said))
        halved = outcome in ("stalls", "truncated", "unfinished", "mid_stream_error", "mid_stream_overloaded")
        await self.reply.begin(STREAM)
        for frame in frames[: len(frames) // 2] if halved else frames:
            if self.manner.latency:
                await asyncio.sleep(self.manner.latency / len(frames))
            await self.reply.piece(frame)
        if outcome == "stalls":
            await self.reply.until_gone()
        elif outcome == "truncated":
            await asyncio.sleep(0.02)  # what was said arrives before the end does
            self.reply.reset()
        else:
            if outcome in FAILURES:
                await self.reply.piece(self.speech.failure_frame(FAILURES[outcome]))
            await self.reply.end()

    # --- outcomes that no well-behaved server has -------------------------------------------------------------------

    async def _reset_after(self) -> None:
        self.reply.reset()

    _reset_before = _reset_after  # on a connection that was kept open: there was nothing before this request

    async def _closed(self) -> None:
        self.reply.is_broken = True

    async def _no_headers(self) -> None:
        await self.reply.until_gone()

    async def _dripping(self) -> None:
        await self.reply.begin(STREAM)
        for frame in self._endless("word "):
            await self.reply.piece(frame)
            await asyncio.sleep(DRIP_SECONDS)

    async def _huge(self) -> None:
        await self.reply.begin(STREAM)
        for frame in self._endless("x" * 64 * 1024):
            await self.reply.piece(frame)
            if self.reply.sent > HUGE_BYTES:
                return await self.reply.end()

    async def _huge_line(self) -> None:
        await self.reply.begin(STREAM)
        await self.reply.piece(b"data: ")
        while self.reply.sent < HUGE_BYTES:
            await self.reply.piece(b"x" * 64 * 1024)
        await self.reply.end()

    async def _huge_json(self) -> None:
        await self.reply.begin(JSON)
        await self.reply.piece(b'{"id": "')
        while self.reply.sent < HUGE_BYTES:
            await self.reply.piece(b"x" * 64 * 1024)
        await self.reply.end()

    async def _wrong_json(self) -> None:
        await self.reply.begin(STREAM)
        await self.reply.piece(b'event: message_start\ndata: {"type": "message_start", "mess\n\n' * 3)
        await self.reply.end()

    async def _wrong_shape(self) -> None:
        await self.reply.begin(STREAM)
        for data in ("[1, 2]", '"text"', '{"type": 7, "choices": "none"}', '{"choices": [{"delta": [3]}]}', "null"):
            await self.reply.piece(f"data: {data}\n\n".encode())
        await self.reply.end()

    async def _not_a_stream(self) -> None:
        await self.reply.whole(200, b"<!doctype html><title>Sign in</title>", "text/html", {})

    async def _garbage(self) -> None:
        await self.reply.raw(b"\x00\xff\xfe<not> http\x07 at all\r\n\r\n\x80\x81")
        self.reply.is_broken = True

    async def _redirect_same(self) -> None:
        await self._redirect(MOVED + self.request.path)

    async def _redirect_other(self) -> None:
        await self._redirect(f"http://localhost:{self.port}{MOVED}{self.request.path}")

    async def _redirect_loop(self) -> None:
        await self._redirect(LOOP + self.request.path.removeprefix(LOOP))

    async def _redirect(self, to: str) -> None:
        await self.reply.whole(307, b"", "text/plain", {"Location": to})

    def _endless(self, word: str) -> Iterator[bytes]:
        """Yield events that add a word to the answer, for ever."""
        frames = self.speech.frames(word, self.body, None, finish="stop", pieces=1, as_text=True)
        yielded = list(frames)
        adds = next(place for place, frame in enumerate(yielded) if word.encode() in frame)
        yield from yielded[:adds]
        while True:
            yield yielded[adds]


async def fail(reply: Reply, speech: ModuleType, told: Failure, retry_after: int = 1) -> None:
    """Answer with a failure as the protocol tells it."""
    status, body = speech.failure(told)
    headers = {}
    if told.retry_after == "seconds":
        headers["Retry-After"] = str(retry_after)
    elif told.retry_after == "date":
        headers["Retry-After"] = format_datetime(datetime.now(UTC) + timedelta(seconds=retry_after), usegmt=True)
    await reply.whole(status, json.dumps(body).encode(), JSON, headers)
