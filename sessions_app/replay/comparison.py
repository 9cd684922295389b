"""What came out differently: a recording held against the journal of the session that replayed it.

Compared is everything that `journal.json` holds but what cannot be the same: times, what was paid, and hashes that
cover one of these. Ids are different too, so each is replaced by its place in the row of all ids of its kind: what
belonged together then has to belong together now. docs/replay.md lists it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sessions_app.replay.people import People
from sessions_app.replay.recording import Recording

MOST_TOLD = 200
LONGEST_SHOWN = 60
LONGEST_LABEL = 300
TIMES = frozenset(
    {
        *("at", "created_at", "started_at", "ended_at", "opened_at", "decided_at", "answered_at", "deadline"),
        *("retry_at", "completed_at", "duration_seconds", "eta_seconds"),
    }
)
COSTS = frozenset({"cost_usd", "spent_usd", "reserved_usd", "estimate_usd"})
# Of rows that hold ids or costs; those of decisions and files hold neither, and have to be the same.
HASHES_OF = frozenset({"llm_call_finished", "gate_opened", "gate_approved", "gate_rejected"})
ALWAYS_HASHES = frozenset({"hash", "data_salt", "data_sha256", "chain_head", "brief_sha256"})
LEFT_OUT = frozenset({"team", "chain_id", "parent_chain_id"})  # where the session lies
# Facts of events that journals of former versions lack.
NEWER = {"agent_task_completed": frozenset({"model"})}
LISTS = ("requirements", "decisions", "session_decisions", "artifacts")
PEOPLE = frozenset({"by", "user", "created_by", "decided_by"})


def compare(recording: Recording, journal: Mapping[str, Any], people: People, *, until: int | None = None) -> list[str]:
    """Return a line for each difference between a recording and the journal of its replay, none when they are the same.

    With `until` only that many events are compared: the replay ended before its recording.
    """
    recorded_events = [{"seq": number, **event.model_dump()} for number, event in enumerate(recording.events, start=1)]
    then: dict[str, Any] = {"events": recorded_events[:until]}
    events = [_bare(event, at) for at, event in enumerate(journal["events"][:until], start=1)]
    told_then = [*recorded_events, *[None] * len(events)]
    now: dict[str, Any] = {"events": [_as_told_then(*pair) for pair in zip(events, told_then, strict=False)]}
    if until is None:
        then |= {"session": recording.session} | {name: getattr(recording, name) for name in LISTS}
        now |= {name: journal[name] for name in ("session", *LISTS)}
    found = _differences("", _Reader(people).read(then), _Reader(None).read(now))
    told = [line for _, line in zip(range(MOST_TOLD), found, strict=False)]
    more = sum(1 for _ in found)
    return [*told, f"and {more} more"] if more else told


class _Reader:
    """Reads one side. With `people`, who did something is told by who does it in the replay."""

    def __init__(self, people: People | None) -> None:
        self._people = people
        self._places: dict[tuple[str, Any], int] = {}
        self._numbers: dict[str, int] = {}

    def read(self, journal: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._value(value, kind=name) for name, value in journal.items()}

    def _value(self, value: Any, *, kind: str, name: str = "", ignored: frozenset[str] = frozenset()) -> Any:
        if isinstance(value, Mapping):
            if _is_hash_left_out(value):
                ignored = frozenset({"sha256"})
            read = {
                key: self._field(key, item, kind=kind, ignored=ignored)
                for key, item in value.items()
                if key not in ignored | ALWAYS_HASHES | LEFT_OUT
            }
            return self._reasons(value, read)
        if isinstance(value, list | tuple):
            return [self._value(item, kind=kind, name=name, ignored=ignored) for item in value]
        return value

    def _field(self, name: str, value: Any, *, kind: str, ignored: frozenset[str]) -> Any:
        if name in TIMES:
            return None if value is None else "a time"
        if name in COSTS:
            return "an amount"
        if name == "id" or name.endswith("_id") or (name == "superseded_by" and isinstance(value, int)):
            return None if value is None else self._place(_kind_of_id(name, kind), value)
        if name in PEOPLE and self._people is not None and isinstance(value, str):
            return self._people.called(value).username
        return self._value(value, kind=kind, name=name, ignored=ignored)

    def _place(self, kind: str, value: Any) -> str:
        """Return which id of its kind this is, counted as they come."""
        value = value if isinstance(value, int | str) else repr(value)  # a cassette may have anything in its place
        if (kind, value) not in self._places:
            self._numbers[kind] = self._numbers.get(kind, 0) + 1
            self._places[kind, value] = self._numbers[kind]
        return f"{kind} #{self._places[kind, value]}"

    def _reasons(self, value: Mapping[str, Any], read: dict[str, Any]) -> dict[str, Any]:
        """A reason may begin with a name, as in “ann ended the session”."""
        for name in ("reason", "status_reason"):
            said = value.get(name)
            first, _, rest = said.partition(" ") if isinstance(said, str) else ("", "", "")
            if self._people is not None and rest.startswith(("ended the ", "cancelled the ")):
                read[name] = f"{self._people.called(first).username} {rest}"
        return read


def _is_hash_left_out(event: Mapping[str, Any]) -> bool:
    """A person's decision is hashed with their name, which may be another one; its row is compared field by field."""
    type, data = event.get("type"), event.get("data")
    if not isinstance(type, str) or not isinstance(data, Mapping):
        return False
    return type in HASHES_OF or (type == "decision_recorded" and "by" in data)


def _kind_of_id(name: str, kind: str) -> str:
    if name == "superseded_by" or (name == "id" and kind in ("decisions", "session_decisions")):
        return "decision"
    if name == "id":
        return {"session": "session", "artifacts": "artifact"}.get(kind, kind)
    return name.removesuffix("_id")


def _bare(event: Mapping[str, Any], place: int) -> dict[str, Any]:
    return {"seq": event.get("seq", place), "type": event["type"], "data": event["data"]}


def _as_told_then(event: Mapping[str, Any], recorded: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Leave out of an event what its recorded one did not tell yet."""
    if recorded is None or recorded["type"] != event["type"]:
        return event
    untold = NEWER.get(event["type"], frozenset()) - set(recorded["data"])
    return {**event, "data": {name: value for name, value in event["data"].items() if name not in untold}}


def _differences(path: str, then: Any, now: Any) -> Iterator[str]:
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for name in [*then, *(name for name in now if name not in then)]:
            yield from _differences(
                f"{path}.{name}" if path else name, then.get(name, _NOTHING), now.get(name, _NOTHING)
            )
    elif isinstance(then, Sequence) and isinstance(now, Sequence) and not isinstance(then, str):
        for index in range(max(len(then), len(now))):
            pair = [each[index] if index < len(each) else _NOTHING for each in (then, now)]
            yield from _differences(f"{path}[{_label(pair, index)}]", *pair)
    elif then != now:
        yield f"{path}: recorded {_shown(then)}, now {_shown(now)}"


def _label(pair: Sequence[Any], index: int) -> str:
    """Name an entry by its number or path, as people know it."""
    for each in pair:
        if isinstance(each, Mapping):
            name = each.get("seq") or each.get("number") or each.get("path") or each.get("key") or index
            return str(name)[:LONGEST_LABEL]
    return str(index)


class _Nothing:
    def __repr__(self) -> str:
        return "nothing"


_NOTHING = _Nothing()


def _shown(value: Any) -> str:
    if isinstance(value, _Nothing):
        return "nothing"
    text = f"“{value}”" if isinstance(value, str) else repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
