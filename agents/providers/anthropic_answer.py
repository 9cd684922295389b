"""What an answer of Anthropic's says, put together from its events or from one JSON body."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from agents.providers.contract import Finish, Usage
from agents.providers.decoding import decoded, encoded, token_count
from agents.providers.event_stream import ServerSentEvent
from agents.providers.progress import Meter
from agents.providers.refusals import cut_off, malformed, refusal_midway

_FINISHES: Final[dict[str, Finish]] = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refusal",
}


class Answered(NamedTuple):
    text: str
    usage: Usage | None
    finish: Finish


class ReadAnswer:
    """Takes the data of events one by one. Unknown events and blocks are passed over, as the protocol asks.

    What the model wrote as a tool's input is the answer; its text is, where it used no tool. Raises ProviderError.
    """

    def __init__(self, provider: str, meter: Meter) -> None:
        self._provider = provider
        self._meter = meter
        self._tool: Any = None  # the index of the first block in which a tool is used: only that one is read
        self._inputs: list[str] = []
        self._texts: list[str] = []
        self._usage: dict[str, Any] = {}
        self._stop: str | None = None
        self._has_begun = False

    def take(self, sent: ServerSentEvent) -> bool:
        """Read one event; return whether it was the last one."""
        if sent.name == "error":  # not every gateway says it in the data as well
            raise refusal_midway(self._provider, decoded(sent.data))
        event = self._object(sent.data)
        match event.get("type"):
            case "content_block_delta":
                self._take_delta(_dict(event.get("delta")), index=event.get("index"))
            case "content_block_start":
                self._take_block(_dict(event.get("content_block")), index=event.get("index"))
            case "message_start":
                self._has_begun = True
                usage = _dict(_dict(event.get("message")).get("usage"))
                self._count({**usage, "output_tokens": None})  # of which there is hardly any yet
            case "message_delta":
                self._stop = str(_dict(event.get("delta")).get("stop_reason") or "") or self._stop
                self._count(event.get("usage"))
            case "message_stop":
                return True
            case "error":
                raise refusal_midway(self._provider, event)
        return False

    def take_whole(self, body: bytes) -> None:
        """Read an answer that came as one JSON body, as a server does that knows no streams."""
        message = self._object(body)
        content = message.get("content")
        if message.get("type") == "error":
            raise refusal_midway(self._provider, message)
        if not isinstance(content, list):
            raise malformed(self._provider)
        self._has_begun = True
        for index, block in enumerate(content):
            self._take_block(_dict(block), index=index)
        self._stop = str(message.get("stop_reason") or "end_turn")
        self._count(message.get("usage"))

    def finish(self) -> Answered:
        """Return the whole answer. Raises ProviderError when it has no end."""
        if not self._has_begun:
            raise malformed(self._provider)
        if self._stop is None:
            raise cut_off(self._provider)
        text = "".join(self._inputs) or "".join(self._texts)
        return Answered(text, self._counted(), _FINISHES.get(self._stop, "stop"))

    def _object(self, data: bytes) -> dict[str, Any]:
        read = decoded(data)
        if not isinstance(read, dict):
            raise malformed(self._provider)
        return read

    def _take_delta(self, delta: dict[str, Any], *, index: Any) -> None:
        if isinstance(piece := delta.get("partial_json"), str):
            if index == self._tool:
                self._inputs.append(piece)
                self._meter.add(piece)
        elif isinstance(piece := delta.get("text"), str):
            self._texts.append(piece)
            self._meter.add(piece)
        elif isinstance(piece := delta.get("thinking"), str):
            self._meter.count(len(piece))

    def _take_block(self, block: dict[str, Any], *, index: Any) -> None:
        """Read what a block begins with: in a stream nothing, in one JSON body all."""
        if block.get("type") == "tool_use" and self._tool is None:
            self._tool = index
            if isinstance(block.get("input"), dict) and block["input"]:
                self._inputs.append(encoded(block["input"]))
        elif block.get("type") == "text" and isinstance(block.get("text"), str):
            self._texts.append(block["text"])

    def _count(self, usage: Any) -> None:
        """Keep what was counted so far. Later figures replace earlier ones, but where a gateway fills in zeros."""
        for name, value in _dict(usage).items():
            if value or (value is not None and name not in self._usage):
                self._usage[name] = value

    def _counted(self) -> Usage | None:
        said = self._usage
        fresh, written = token_count(said, "input_tokens"), token_count(said, "output_tokens")
        if fresh is None or written is None or (not written and (self._inputs or self._texts)):
            return None
        cached = token_count(said, "cache_read_input_tokens") or 0
        kept = token_count(said, "cache_creation_input_tokens") or 0
        thought = token_count(said.get("output_tokens_details"), "thinking_tokens") or 0
        if not fresh + cached + kept + written:
            return None
        return Usage(
            input_tokens=fresh + cached + kept,
            output_tokens=written,
            cached_tokens=cached,
            cache_write_tokens=kept,
            reasoning_tokens=min(thought, written),
        )


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
