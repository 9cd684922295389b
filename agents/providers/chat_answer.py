"""An answer in OpenAI's Chat Completions protocol, read piece by piece.

Fields as in OpenAI's API reference ("The chat completion object", "The chat completion chunk object"); what OpenRouter,
Ollama and vLLM do differently is read as well. Nothing here is trusted to have the type it should have.
"""

from __future__ import annotations

from typing import Any, Final

from agents.json_in_text import json_in
from agents.providers.contract import Finish, Usage
from agents.providers.decoding import decoded, encoded, token_count
from agents.providers.event_stream import ServerSentEvent
from agents.providers.progress import Meter
from agents.providers.refusals import cut_off, malformed, refusal_midway

DONE: Final = b"[DONE]"
_CUT: Final = ("length", "max_tokens", "model_length")
_ABORTED: Final = ("abort", "insufficient_system_resource")  # vLLM, DeepSeek


class ChatAnswer:
    """Collects an answer. Raises ProviderError for what is no answer, or an error in the middle of one."""

    def __init__(self, provider: str, meter: Meter, *, takes_tool: bool) -> None:
        self.usage: Usage | None = None
        self._provider = provider
        self._meter = meter
        self._takes_tool = takes_tool
        self._calls_tool = False
        self._refusal: list[str] = []
        self._finish: str | None = None
        self._is_empty = True  # not one chunk was read
        self._has_choice = False
        self._is_done = False

    @property
    def text(self) -> str:
        """What the model wrote; its own words of refusal when it wrote nothing else."""
        return self._meter.text or "".join(self._refusal)

    @property
    def finish(self) -> Finish:
        if self._refusal or self._finish == "content_filter":
            return "refusal"
        return "length" if self._finish in _CUT else "stop"

    def take(self, event: ServerSentEvent) -> bool:
        """Read one event; says whether it was the last."""
        name, data = event
        if data == DONE:
            self._is_done = True
            return True
        self._take(self._decoded(data), "delta", name)
        return False

    def take_whole(self, body: bytes) -> None:
        """Read an answer that came in one piece."""
        self._take(self._decoded(body), "message")
        if not self._has_choice:
            raise malformed(self._provider)

    def end(self) -> None:
        """The stream is over. Raises ProviderError when the answer is not: servers that fail say that it is, too."""
        if self._is_empty:
            raise malformed(self._provider)
        if self._finish is None and not (self._is_done and self._is_whole):
            raise cut_off(self._provider)

    @property
    def _is_whole(self) -> bool:
        """Whether the answer has an end in itself, for servers that do not tell why it ended."""
        if not self._has_choice:
            return True
        try:
            json_in(self.text)
        except (ValueError, RecursionError):
            return False
        return True

    def _decoded(self, data: bytes) -> dict[str, Any]:
        said = decoded(data)
        if not isinstance(said, dict):
            raise malformed(self._provider)
        self._is_empty = False
        return said

    def _take(self, said: dict[str, Any], part: str, name: str = "message") -> None:
        if said.get("error"):
            raise refusal_midway(self._provider, said)
        if usage := said.get("usage"):
            self.usage = usage_in(usage) or self.usage
        choices = said.get("choices")
        if not choices:
            # Some tell an error without an envelope; nothing else that comes without choices has a message.
            if name == "error" or said.get("object") == "error" or isinstance(said.get("message"), str):
                raise refusal_midway(self._provider, said)
            return
        choice = choices[0] if isinstance(choices, list) else None
        if not isinstance(choice, dict):
            raise malformed(self._provider)
        self._has_choice = True
        if finish := choice.get("finish_reason"):
            if finish == "error":
                raise refusal_midway(self._provider, choice)
            if finish in _ABORTED:
                raise cut_off(self._provider)
            self._finish = str(finish)
        written = choice.get(part)
        if not isinstance(written, dict) and self._meter.first_at is None:
            written = choice.get("message")  # of a whole answer that is sent as the one chunk of a stream
        if isinstance(written, dict):
            self._take_written(written)

    def _take_written(self, written: dict[str, Any]) -> None:
        if content := written.get("content"):
            piece = content if isinstance(content, str) else _text_in(content)
            if self._calls_tool:
                self._meter.count(len(piece))
            elif piece:
                self._meter.add(piece)
            if len(written) == 1:
                return
        if self._takes_tool and (calls := written.get("tool_calls")):
            self._take_tool(_arguments_in(calls))
        if isinstance(refusal := written.get("refusal"), str) and refusal:
            self._refusal.append(refusal)
        thoughts = written.get("reasoning_content") or written.get("reasoning")
        if isinstance(thoughts, str):
            self._meter.count(len(thoughts))

    def _take_tool(self, piece: str) -> None:
        if piece and not self._calls_tool:
            self._calls_tool = True
            self._meter.restart()
        if piece:
            self._meter.add(piece)


def usage_in(said: Any) -> Usage | None:
    """Return the usage that a provider tells; None when it does not count, or counts what cannot be."""
    if not isinstance(said, dict):
        return None
    read, written = token_count(said, "prompt_tokens"), token_count(said, "completion_tokens")
    if read is None or written is None or not read + written:
        return None
    read_parts, written_parts = said.get("prompt_tokens_details"), said.get("completion_tokens_details")
    cached = token_count(read_parts, "cached_tokens") or token_count(said, "prompt_cache_hit_tokens") or 0
    cached = min(cached, read)
    return Usage(
        read,
        written,
        cached_tokens=cached,
        cache_write_tokens=min(token_count(read_parts, "cache_write_tokens") or 0, read - cached),
        reasoning_tokens=min(token_count(written_parts, "reasoning_tokens") or 0, written),
    )


def _text_in(content: Any) -> str:
    """Return the text of content that comes as a list of parts."""
    parts = content if isinstance(content, list) else []
    texts = [part.get("text") for part in parts if isinstance(part, dict) and part.get("type") == "text"]
    return "".join(text for text in texts if isinstance(text, str))


def _arguments_in(calls: Any) -> str:
    """Return the arguments of the first tool that is called; some send them decoded."""
    for call in calls if isinstance(calls, list) else ():
        function = call.get("function") if isinstance(call, dict) and not call.get("index") else None
        arguments = function.get("arguments") if isinstance(function, dict) else None
        if isinstance(arguments, dict):
            return encoded(arguments)
        return arguments if isinstance(arguments, str) else ""
    return ""
