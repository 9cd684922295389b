"""Which outcome a wire server gives to which request: in sequence, by model, role or protocol, or by chance."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

OUTCOMES: Final = {
    "ok": "a whole answer, streamed when a stream was asked for",
    "plain_json": "a whole answer as one JSON body, though a stream was asked for",
    "json_as_text": "the same, called text and with a byte order mark before it",
    "stream_as_json": "a whole answer in a stream that is called JSON",
    "keep_alive": "a whole answer in a stream, with events that carry no data between the others",
    "no_usage": "a whole answer that counts no tokens",
    "prose": "a whole answer whose text is no JSON",
    "empty": "a well-formed answer without any text",
    "refusal": "the model refuses to answer",
    "max_tokens": "an answer that stops in the middle, at the limit of tokens",
    "rate_limited_seconds": "429 with Retry-After in seconds",
    "rate_limited_date": "429 with Retry-After as a date",
    "rate_limited": "429 without Retry-After",
    "no_credit": "the account has no money left",
    "server_error": "500",
    "unavailable": "503",
    "overloaded": "529",
    "request_timeout": "408",
    "conflict": "409",
    "too_early": "425",
    "wrong_key": "401, whatever the key",
    "forbidden": "403",
    "bad_request": "400",
    "context_limit": "400: the prompt is too long for the model",
    "unknown_model": "404: there is no such model",
    "refused": "the port is closed; only by `WireServer.closed_url()`",
    "reset_before": "the connection is reset before all of the request is read",
    "reset_after": "the connection is reset after the request was read",
    "closed": "the connection is closed in order after the request was read, without an answer",
    "no_headers": "nothing is answered at all",
    "stalls": "half of the stream, then silence",
    "dripping": "a stream without end, a word at a time",
    "truncated": "half of the stream, then the connection ends",
    "unfinished": "a stream that ends in order, in the middle of the answer",
    "done_early": "a stream that says in the middle of the answer that it is done",
    "mid_stream_error": "half of the stream, then an event that says that the server failed",
    "mid_stream_overloaded": "half of the stream, then an event that says that the server is overloaded",
    "mid_stream_plain_error": "half of the stream, then an error without the envelope that the protocol has for it",
    "wrong_json": "a stream whose data are no JSON",
    "wrong_shape": "a stream whose data are JSON of another shape",
    "not_a_stream": "200 with a page of HTML",
    "garbage": "bytes that are no HTTP",
    "huge": "a stream of 50 MB in many events",
    "huge_line": "a stream of 50 MB in one line",
    "huge_json": "one JSON body of 50 MB",
    "redirect_same": "307 to another path of the same origin, which answers",
    "redirect_other": "307 to another origin",
    "redirect_loop": "307 to itself",
}
UNSEEN: Final = {"reset_before"}  # given before it is known what is asked for


@dataclass
class Rule:
    """Outcomes for some of the requests; used up one by one, or given for ever."""

    outcomes: deque[str]
    forever: bool = False
    model: str | None = None
    roles: tuple[str, ...] = ()
    protocol: str | None = None

    def fits(self, *, model: str, role: str, protocol: str) -> bool:
        return (
            bool(self.outcomes)
            and self.model in (None, model)
            and (not self.roles or role in self.roles)
            and self.protocol in (None, protocol)
        )

    def is_for_all(self) -> bool:
        return self.model is None and not self.roles and self.protocol is None


class Script:
    """The outcomes to come. Rules are asked in the order in which they were made, then the dice; else it is "ok"."""

    def __init__(self) -> None:
        self._lock = Lock()  # written by the test's thread, read by the server's
        self.clear()

    def clear(self) -> None:
        """Let every request end well."""
        with self._lock:
            self._rules: list[Rule] = []
            self._chances: dict[str, float] = {}
            self._dice = random.Random(0)

    def then(self, *outcomes: str, **only: Any) -> None:
        """Give these outcomes, in this order, to the next requests; `only` names a model, roles or a protocol."""
        self._add(Rule(deque(_known(outcomes)), **_only(only)))

    def always(self, outcome: str, **only: Any) -> None:
        """Give this outcome to every request from now on, or to those of a model, of roles, of a protocol."""
        self._add(Rule(deque(_known([outcome])), forever=True, **_only(only)))

    def chances(self, chances: Mapping[str, float], *, seed: int = 0) -> None:
        """Give each outcome with its probability to requests that no rule fits."""
        _known(chances)
        with self._lock:
            self._chances, self._dice = dict(chances), random.Random(seed)

    def take(self, *, model: str, role: str, protocol: str) -> str:
        """Return the outcome of a request, and use it up."""
        with self._lock:
            for rule in self._rules:
                if rule.fits(model=model, role=role, protocol=protocol):
                    return rule.outcomes[0] if rule.forever else rule.outcomes.popleft()
            rolled, so_far = self._dice.random(), 0.0
            for outcome, chance in self._chances.items():
                so_far += chance
                if rolled < so_far:
                    return outcome
            return "ok"

    def take_unseen(self) -> str | None:
        """Return the outcome of a connection that nothing was read of yet, if it is given one that early."""
        with self._lock:
            for rule in self._rules:
                if rule.outcomes and rule.is_for_all():
                    if rule.outcomes[0] not in UNSEEN:
                        return None
                    return rule.outcomes[0] if rule.forever else rule.outcomes.popleft()
            return None

    def _add(self, rule: Rule) -> None:
        with self._lock:
            self._rules.append(rule)


def _known(outcomes: Iterable[str]) -> list[str]:
    unknown = set(outcomes) - set(OUTCOMES)
    if unknown:
        raise ValueError(f"No such outcomes: {sorted(unknown)}")
    return list(outcomes)


def _only(only: Mapping[str, Any]) -> dict[str, Any]:
    roles = only.get("roles") or ((only["role"],) if only.get("role") else ())
    return {"model": only.get("model"), "roles": tuple(roles), "protocol": only.get("protocol")}
