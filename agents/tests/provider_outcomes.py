"""What providers do and what we make of it: the table behind the contract tests and `docs/providers.md`.

`python -m agents.tests.provider_outcomes` writes the table into the page; a test compares both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from agents.calling.patience import LONGEST_RETRY_AFTER_SECONDS, WAITS_SECONDS, wait_seconds
from agents.providers.contract import Finish, ProviderError

PAGE: Final = Path(__file__).resolve().parent.parent.parent / "docs" / "providers.md"
BEGINS: Final = "<!-- The table is written by `python -m agents.tests.provider_outcomes`; a test compares both. -->"
ENDS: Final = "<!-- The end of the table. -->"

USUAL_RETRIES: Final = 3  # SAGE_CALL_RETRIES

Text = Literal["whole", "prose", "front", "none", "refusal"]


@dataclass(frozen=True)
class Expected:
    """What a caller gets: an answer, or with a `code` an error."""

    code: str = ""
    passing: bool = False
    billed: bool = True
    asks_to_wait: bool = False  # the provider says for how long
    text: Text = "whole"  # of an answer
    finish: Finish = "stop"
    is_counted: bool = True

    def error(self) -> ProviderError:
        wait = 7.0 if self.asks_to_wait else None
        return ProviderError("", code=self.code, passing=self.passing, billed=self.billed, retry_after_seconds=wait)


@dataclass(frozen=True)
class Outcome:
    """One thing that a provider may do; `key` is what the wire server calls it."""

    key: str
    what: str
    expected: Expected
    by_adapter: Expected | None = None  # where an SDK makes something else of it


def answer(text: Text = "whole", finish: Finish = "stop", *, is_counted: bool = True) -> Expected:
    return Expected(text=text, finish=finish, is_counted=is_counted)


def passing(code: str, *, billed: bool, asks_to_wait: bool = False) -> Expected:
    return Expected(code, passing=True, billed=billed, asks_to_wait=asks_to_wait)


def final(code: str, *, billed: bool = False) -> Expected:
    return Expected(code, passing=False, billed=billed)


LOST: Final = passing("connection_lost", billed=True)
MALFORMED: Final = passing("malformed", billed=True)
TIMEOUT: Final = passing("timeout", billed=True)
TOO_LARGE: Final = final("too_large", billed=True)
RATE_LIMITED: Final = passing("rate_limited", billed=False)
TOLD_TO_WAIT: Final = replace(RATE_LIMITED, asks_to_wait=True)

GROUPS: Final[Mapping[str, tuple[Outcome, ...]]] = {
    "It is not asked": (
        Outcome("no_key", "There is no key, or no address", final("not_set_up")),
        Outcome(
            "private_address", "A team's address leads to a private one", final("address_refused"), final("not_set_up")
        ),
    ),
    "It answers": (
        Outcome("ok", "A whole answer, in a stream", answer()),
        Outcome("plain_json", "A whole answer as one JSON body, though a stream was asked for", answer(), MALFORMED),
        Outcome("json_as_text", "The same, called text and with a byte order mark before it", answer(), MALFORMED),
        Outcome("stream_as_json", "A whole answer in a stream that is called JSON", answer()),
        Outcome(
            "keep_alive",
            "A whole answer in a stream, with events that carry no data between the others",
            answer(),
            MALFORMED,
        ),
        Outcome(
            "redirect_same",
            "A redirect (307, 308) to another path of the same origin, then an answer",
            answer(),
            final("redirected"),
        ),
        Outcome("no_usage", "A whole answer that counts no tokens", answer(is_counted=False)),
        Outcome("prose", "Text that is no JSON", answer("prose")),
        Outcome("max_tokens", "An answer that stops at `max_tokens`", answer("front", "length")),
        Outcome("refusal", "The model refuses", answer("none", "refusal"), answer("none")),
        Outcome("empty", "An answer without text", answer("none")),
    ),
    "It refuses": (
        Outcome("rate_limited_seconds", "429 with `Retry-After` in seconds", TOLD_TO_WAIT),
        Outcome("rate_limited_date", "429 with `Retry-After` as a date", TOLD_TO_WAIT),
        Outcome("rate_limited", "429 without `Retry-After`", RATE_LIMITED),
        Outcome("server_error", "500", passing("server_error", billed=False)),
        Outcome("unavailable", "503", passing("overloaded", billed=False)),
        Outcome("overloaded", "529", passing("overloaded", billed=False)),
        Outcome("request_timeout", "408", passing("timeout", billed=False)),
        Outcome("conflict", "409: something is in the request's way", passing("overloaded", billed=False)),
        Outcome("too_early", "425: it is not ready yet", passing("overloaded", billed=False)),
        Outcome("no_credit", "402, or 429 `insufficient_quota`: no credit left", final("no_credit")),
        Outcome("wrong_key", "401: the key is not accepted", final("bad_key")),
        Outcome("forbidden", "403: the key may not do this", final("forbidden")),
        Outcome("bad_request", "400, 422: it does not accept the request", final("bad_request")),
        Outcome("context_limit", "400 or 413: the prompt is too long for the model", final("context_limit")),
        Outcome("unknown_model", "404: it does not know the model", final("unknown_model")),
        Outcome("redirect_other", "A redirect to another origin", final("redirected")),
        Outcome("redirect_loop", "More than three redirects", final("redirected")),
    ),
    "The connection fails": (
        Outcome("refused", "Nobody listens, or the address cannot be reached", passing("connect", billed=False)),
        Outcome(
            "reset_before",
            "A reset before all of the request was sent",
            passing("connection_lost", billed=False),
            LOST,
        ),
        Outcome("reset_after", "A reset after the request was sent", LOST),
        Outcome("closed", "The connection is closed without an answer", LOST),
        Outcome("no_headers", "Silence after the request", TIMEOUT),
        Outcome("stalls", "Silence in the middle of an answer", TIMEOUT),
        Outcome("dripping", "A word now and then, without end", TIMEOUT),
        Outcome("truncated", "A reset in the middle of an answer", LOST),
        Outcome("unfinished", "A stream that ends in order before the answer does", LOST),
        Outcome("done_early", "A stream that says in the middle of the answer that it is done", LOST),
    ),
    "The answer is none": (
        Outcome("mid_stream_error", "An error event in the stream", passing("server_error", billed=True)),
        Outcome("mid_stream_overloaded", "The event says overloaded", passing("overloaded", billed=True)),
        Outcome(
            "mid_stream_plain_error",
            "An error without the envelope that the protocol has for it",
            passing("server_error", billed=True),
            MALFORMED,
        ),
        Outcome("wrong_json", "Events that hold no JSON", MALFORMED),
        Outcome("wrong_shape", "JSON of another shape", MALFORMED),
        Outcome("not_a_stream", "200 with a page of HTML", MALFORMED),
        Outcome("garbage", "Bytes that are no HTTP", MALFORMED, LOST),
        Outcome("huge", "More than 8 MB in many events", TOO_LARGE),
        Outcome("huge_line", "More than 4 MB in one line", TOO_LARGE),
        Outcome("huge_json", "More than 8 MB in one body", TOO_LARGE),
    ),
}
OUTCOMES: Final = tuple(outcome for group in GROUPS.values() for outcome in group)


def what_follows(expected: Expected) -> str:
    """Say what the engine does next; for an error it asks the code that decides it."""
    if not expected.code:
        if expected.text == "whole":
            return "It is checked and handed in"
        return "One repair call says what is wrong; then the attempt has failed"
    if wait_seconds(expected.error(), failures=1) is None:
        return "The next model at once; without one the task fails"
    if expected.asks_to_wait:
        return f"Tried again when it says, {LONGEST_RETRY_AFTER_SECONDS:.0f} s at most; then the next model"
    return f"Tried again after {', '.join(map(str, WAITS_SECONDS[:USUAL_RETRIES]))} s; then the next model"


def as_markdown() -> str:
    """Return the table as the page has it."""
    lines = []
    for group, outcomes in GROUPS.items():
        lines += ["", f"### {group}", ""]
        lines += ["| what the provider does | code | charged | what follows |", "| --- | --- | --- | --- |"]
        for outcome in outcomes:
            expected = outcome.expected
            lines.append(f"| {outcome.what} | {_told(expected)} | {_charged(expected)} | {what_follows(expected)} |")
    lines += ["", "### Through pydantic-ai", "", "All rows hold but these:", ""]
    for outcome in OUTCOMES:
        if (other := outcome.by_adapter) is not None:
            told = f"`{other.code}`" if other.code else f"an answer, `finish` {other.finish}"
            lines.append(f"* {outcome.what}: {told}, charged: {_charged(other)}")
    return "\n".join(lines[1:])


def written_into(page: str) -> str:
    """Return the page with the table of now."""
    before, _, rest = page.partition(BEGINS)
    _, _, after = rest.partition(ENDS)
    return f"{before}{BEGINS}\n\n{as_markdown()}\n\n{ENDS}{after}"


def _told(expected: Expected) -> str:
    if expected.code:
        return f"`{expected.code}`"
    return "an answer" if expected.finish == "stop" else f"an answer, `finish` {expected.finish}"


def _charged(expected: Expected) -> str:
    if not expected.code:
        return "by usage" if expected.is_counted else "as reserved"
    return "perhaps" if expected.billed else "no"


if __name__ == "__main__":
    PAGE.write_text(written_into(PAGE.read_text()))
