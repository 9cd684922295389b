"""How a request is put to a server that speaks OpenAI Chat Completions, and what to leave out where it knows less.

Servers differ in the parameters they know. One that refuses a parameter by name is asked again without it, or with what
says the same in other words, and the dialect is remembered for its origin and model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import orjson
from yarl import URL

from agents.providers.answer_length import most_tokens_in, room_in
from agents.providers.contract import CompletionRequest
from agents.providers.endpoint import Endpoint
from agents.providers.names import parse_model
from agents.providers.refusals import ErrorBody

TOOL: Final = "hand_in"
MOST_ADAPTATIONS: Final = 7  # of one call: as many as a dialect has choices
MOST_REMEMBERED: Final = 1_000
_OPENAI_HOST: Final = "api.openai.com"

# How a message names the parameters that a server may not know. The first to be named is the one it is about.
_NAMES: Final = {
    "response_format": re.compile(r"response[_ ]format|json[_ ]schema|structured[_ ]outputs?", re.I),
    "tools": re.compile(r"\btools?\b|tool_choice|function[_ ]call", re.I),
    "stream_options": re.compile(r"stream_options|include_usage", re.I),
    "stream": re.compile(r"\bstream(?:ing)?\b", re.I),
    "temperature": re.compile(r"\btemperature\b", re.I),
    "max_tokens": re.compile(r"\bmax_tokens\b"),
    "max_completion_tokens": re.compile(r"\bmax_completion_tokens\b"),
}
# A server that names one of these means that it cannot do it. A number may only be too great: then it has to say more.
_TELLING_ALONE: Final = ("response_format", "tools", "stream_options")
_MAY_BE_ADAPTED_TO: Final = ("bad_request", "unknown_model")  # codes of ours
_CODES: Final = ("unsupported_parameter", "unsupported_value", "unknown_parameter")
_PHRASES: Final = re.compile(
    r"unsupported|n[o']t (?:be )?support|unknown|unrecogni[sz]ed|unexpected|not (?:permitted|allowed|available)"
    r"|unavailable|extra[_ ](?:inputs?|fields?|forbidden)|not implemented|deprecated",
    re.I,
)


@dataclass(frozen=True)
class Dialect:
    """What a server is told in which way."""

    limit: Literal["max_tokens", "max_completion_tokens"]
    shape: Literal["schema", "tool", "text"] = "schema"  # where it reads the form of the answer
    with_temperature: bool = True
    with_usage: bool = True  # whether a stream is asked to end with the usage
    is_streamed: bool = True
    most_tokens: int | None = None  # of an answer, where the server said so

    def tokens(self, request: CompletionRequest) -> int:
        """Return how long an answer is asked for."""
        return min(request.max_tokens, self.most_tokens or request.max_tokens)

    def body(self, request: CompletionRequest) -> bytes:
        """Return the request as JSON."""
        return orjson.dumps(self._parameters(request))

    def without(self, parameter: str) -> Dialect:
        """Return the dialect that does without a parameter."""
        if parameter in ("response_format", "tools"):
            return replace(self, shape="tool" if parameter == "response_format" else "text")
        if parameter == "temperature":
            return replace(self, with_temperature=False)
        if parameter == "stream_options":
            return replace(self, with_usage=False)
        if parameter == "stream":
            return replace(self, is_streamed=False)
        # Never without any limit: what a call may cost at most depends on it.
        return replace(self, limit="max_completion_tokens" if parameter == "max_tokens" else "max_tokens")

    def _parameters(self, request: CompletionRequest) -> dict[str, Any]:
        system = request.system
        if self.shape == "text":
            system += f"\n\nThe JSON schema of your answer:\n{orjson.dumps(request.schema).decode()}"
        messages = [{"role": "system", "content": system}]
        messages += [{"role": role, "content": text} for role, text in request.messages]
        parameters: dict[str, Any] = {
            "model": parse_model(request.model).model,
            "messages": messages,
            self.limit: self.tokens(request),
        }
        if self.is_streamed:
            parameters["stream"] = True
            if self.with_usage:
                parameters["stream_options"] = {"include_usage": True}
        if self.with_temperature:
            parameters["temperature"] = request.temperature
        if self.shape == "schema":
            # Not strict: our schema has optional fields, and checks of our own read the answer anyway.
            form = {"name": TOOL, "strict": False, "schema": request.schema}
            parameters["response_format"] = {"type": "json_schema", "json_schema": form}
        elif self.shape == "tool":
            function = {"name": TOOL, "description": "Hand in your answer.", "parameters": request.schema}
            parameters["tools"] = [{"type": "function", "function": function}]
            parameters["tool_choice"] = {"type": "function", "function": {"name": TOOL}}
        return parameters

    @property
    def _sent(self) -> list[str]:
        """The parameters of ours that a server may not know."""
        return [
            self.limit,
            *{"schema": ["response_format"], "tool": ["tools"], "text": []}[self.shape],
            *(["temperature"] if self.with_temperature else []),
            *(["stream"] if self.is_streamed else []),
            *(["stream_options"] if self.is_streamed and self.with_usage else []),
        ]

    def adapted_to(self, error: ErrorBody, *, asked: int) -> Dialect | None:
        """Return the dialect for a server that refused this one; None when it named nothing that could be different.

        `asked` is how many tokens it was asked for: a server that says what it can write at most is asked for that.
        """
        named = self._named(error)
        if named is None:
            return None
        is_unknown = any(code in _CODES for code in error.codes) or _PHRASES.search(error.message)
        if named in _TELLING_ALONE or is_unknown:
            return self.without(named)
        most = most_tokens_in(error, asked=asked) if named == self.limit else None
        return replace(self, most_tokens=most) if most else None

    def _named(self, error: ErrorBody) -> str | None:
        root = re.split(r"[.\[]", error.param)[0].replace("tool_choice", "tools")
        if root in self._sent:
            return root
        found = [(match.start(), name) for name in self._sent if (match := _NAMES[name].search(error.message))]
        return min(found)[1] if found else None


class Dialects:
    """Which dialect a server may understand, by address and model; forgotten with the process."""

    def __init__(self) -> None:
        self._understood: dict[tuple[str, str], Dialect] = {}

    def for_call(self, endpoint: Endpoint, request: CompletionRequest) -> Dialect:
        """Return the dialect to begin with."""
        return self._understood.get((endpoint.base_url, request.model)) or _usual(endpoint)

    def remember(self, dialect: Dialect, endpoint: Endpoint, request: CompletionRequest) -> None:
        """Keep the dialect that the next call begins with."""
        if dialect == self.for_call(endpoint, request):
            return
        while len(self._understood) >= MOST_REMEMBERED:
            del self._understood[next(iter(self._understood))]
        self._understood[endpoint.base_url, request.model] = dialect


class Phrasing:
    """How one call is put to a server, and how else after each of its refusals."""

    def __init__(self, dialects: Dialects, endpoint: Endpoint, request: CompletionRequest) -> None:
        self.dialect = dialects.for_call(endpoint, request)
        self.request = request
        self._dialects, self._endpoint = dialects, endpoint
        self._tried = [self.dialect]
        self._is_shortened = False

    def adapt(self, error: ErrorBody, code: str) -> bool:
        """Put the call in another way after a refusal, which means `code`; False when there is no other way."""
        if not self._is_shortened and self._shorten(error):
            return True
        if code not in _MAY_BE_ADAPTED_TO or len(self._tried) > MOST_ADAPTATIONS:
            return False
        adapted = self.dialect.adapted_to(error, asked=self.dialect.tokens(self.request))
        if adapted is None or adapted in self._tried:  # a server that knows neither name of the limit asks for each
            return False
        self.dialect = adapted
        self._tried.append(adapted)
        # At once: a call that fails before it is understood has still learnt this much.
        self._dialects.remember(adapted, self._endpoint, self.request)
        return True

    def _shorten(self, error: ErrorBody) -> bool:
        """Ask for an answer that fits into the window beside this prompt; the next prompt may be a shorter one."""
        room = room_in(error, asked=self.dialect.tokens(self.request))
        if room is None:
            return False
        self.request = replace(self.request, max_tokens=room)
        self._is_shortened = True
        return True


def host_of(endpoint: Endpoint) -> str:
    """Return the host of an endpoint; empty when its address has none."""
    try:
        return URL(endpoint.base_url).host or ""
    except ValueError:
        return ""


def _usual(endpoint: Endpoint) -> Dialect:
    """OpenAI's newer models know one name of the limit; other servers may ignore a name that they do not know."""
    return Dialect("max_completion_tokens" if host_of(endpoint).endswith(_OPENAI_HOST) else "max_tokens")
