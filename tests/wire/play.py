"""One call of a model, played as its outcome says: an answer, a refusal, or something that no good server does."""

from __future__ import annotations

import asyncio
import json
from codecs import BOM_UTF8
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import ModuleType
from typing import TYPE_CHECKING, Final

from tests.wire.answers import answer_to, role_of
from tests.wire.counting import FAILURES, Failure, tokens
from tests.wire.http import Reply, Request
from tests.wire.manner import Seen

if TYPE_CHECKING:
    from tests.wire.speaker import Speaker

HUGE_BYTES: Final = 50 * 1024 * 1024
DRIP_SECONDS: Final = 0.05
JSON: Final = "application/json"
STREAM: Final = "text/event-stream; charset=utf-8"
MOVED: Final = "/moved"
LOOP: Final = "/loop"
EMPTY_EVENT: Final = b"data: \n\n"
HALVED: Final = ("stalls", "truncated", "unfinished")
PROSE: Final = "I looked at the brief and have some thoughts about it."
FINISH: Final = {"max_tokens": "length", "refusal": "refusal"}
_MOVED: Final = {MOVED: "ok", LOOP: "redirect_loop"}


class Play:
    """One call of a model, from its outcome to the last byte."""

    def __init__(self, speaker: Speaker, request: Request, reply: Reply, seen: Seen, speech: ModuleType) -> None:
        self.manner, self.counter, self.script = speaker.manner, speaker.counter, speaker.script
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
        asked = self.body.get("max_tokens") or self.body.get("max_completion_tokens") or 0
        if self.manner.most_tokens is not None and asked > self.manner.most_tokens:
            self.seen.outcome = "too_many_tokens"
            return await fail(self.reply, self.speech, self.speech.too_many_tokens(asked, self.manner.most_tokens))
        read = tokens(json.dumps(self.body))
        if self.manner.window is not None and read + asked > self.manner.window:
            self.seen.outcome = "window_too_small"
            told = self.speech.window_too_small(read, asked, self.manner.window)
            return await fail(self.reply, self.speech, told)
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
        if outcome in ("plain_json", "json_as_text") or not self.body.get("stream"):
            await asyncio.sleep(self.manner.latency)
            whole = json.dumps(self.speech.whole(text, self.body, counts, **said)).encode()
            if outcome == "json_as_text":
                return await self.reply.whole(200, BOM_UTF8 + whole, "text/plain; charset=utf-8", {})
            return await self.reply.whole(200, whole, JSON, {})
        pieces = self.manner.pieces
        frames = self._played(outcome, list(self.speech.frames(text, self.body, counts, pieces=pieces, **said)))
        await self.reply.begin(JSON if outcome == "stream_as_json" else STREAM)
        for frame in frames:
            if self.manner.latency:
                await asyncio.sleep(self.manner.latency / len(frames))
            await self.reply.piece(frame)
        if outcome == "stalls":
            await self.reply.until_gone()
        elif outcome == "truncated":
            await asyncio.sleep(0.02)  # what was said arrives before the end does
            self.reply.reset()
        else:
            await self.reply.end()

    def _played(self, outcome: str, frames: list[bytes]) -> list[bytes]:
        """Return what comes of the events of a whole answer."""
        if outcome == "keep_alive":
            return [piece for frame in frames for piece in (EMPTY_EVENT, frame)]
        front = frames[: len(frames) // 2]
        if outcome == "done_early":
            return [*front, frames[-1]]
        if outcome == "mid_stream_plain_error":
            return [*front, self.speech.plain_failure_frame(FAILURES[outcome])]
        if outcome in FAILURES:
            return [*front, self.speech.failure_frame(FAILURES[outcome])]
        return front if outcome in HALVED else frames

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
