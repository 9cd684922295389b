"""Whether the sums agree, and whether a cap was ever passed: settled and reserved together, at every moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.chaos.checking.reading import Facts, House, Row
from tests.chaos.checking.violation import CAP, MONEY, Violation

NOTHING = Decimal(0)
# Two sessions of a team read the clock before they wait for the month's lock, at most a second each.
LOCK_SLACK = timedelta(seconds=2)
ENDED = ("completed", "failed", "cancelled")


def check_session_money(facts: Facts) -> Iterator[Violation]:
    """Yield sums of a session that do not follow from its calls, and moments at which its cap was passed."""
    session = facts.session
    for name, expected in (
        ("spent_usd", _sum(facts.calls, "cost_usd")),
        ("reserved_usd", _sum(_open(facts.calls), "reserved_usd")),
        ("input_tokens", _sum(facts.calls, "input_tokens")),
        ("output_tokens", _sum(facts.calls, "output_tokens")),
    ):
        if session[name] != expected:
            yield Violation(MONEY, facts.id, f"{name} is {session[name]}; its calls make {expected}")
    if session["status"] in ENDED and _open(facts.calls):
        yield Violation(MONEY, facts.id, f"it has ended, and {len(_open(facts.calls))} calls are still reserved")
    for call in facts.calls:
        if call["status"] != "reserved" and (call["cost_usd"] is None or call["ended_at"] is None):
            yield Violation(MONEY, facts.id, f"call {call['id']} is {call['status']} without a cost or an end")
    yield from _above(facts.calls, _caps(facts), facts.id, "the session's cap", slack=timedelta(0))


def check_months(house: House) -> Iterator[Violation]:
    """Yield months of teams whose sums do not follow from their sessions' calls, and caps that were passed."""
    calls: dict[tuple[int, date], list[Row]] = defaultdict(list)
    for facts in house.sessions.values():
        for call in facts.calls:
            calls[facts.session["team_id"], call["month"]].append(call)
    for month in house.months:
        key = (month["team_id"], month["month"])
        mine = calls.pop(key, [])
        name = f"team {key[0]} in {key[1]:%Y-%m}"
        for column, expected in (
            ("spent_usd", _sum(mine, "cost_usd")),
            ("reserved_usd", _sum(_open(mine), "reserved_usd")),
        ):
            if month[column] != expected:
                yield Violation(MONEY, None, f"{name}: {column} is {month[column]}; its calls make {expected}")
        if month["budget_usd"] is not None:
            yield from _above(mine, [(None, month["budget_usd"])], None, f"the cap of {name}", slack=LOCK_SLACK)
    for team_id, month in calls:
        yield Violation(MONEY, None, f"team {team_id} in {month:%Y-%m} made calls and has no month")


def _above(
    calls: Iterable[Row], caps: list[tuple[datetime | None, Any]], session_id: int | None, cap: str, *, slack: timedelta
) -> Iterator[Violation]:
    """Yield the first moment at which what was spent and reserved together was above the cap of that moment."""
    steps: list[tuple[datetime, int, Decimal]] = []
    for call in calls:
        steps.append((call["created_at"], 1, call["reserved_usd"]))
        if call["status"] != "reserved" and call["ended_at"] is not None:
            # A settlement comes before a reservation of the same moment: it is what made room.
            ended_at = max(call["ended_at"] - slack, call["created_at"])
            steps.append(
                (ended_at, 2 if ended_at == call["created_at"] else 0, call["cost_usd"] - call["reserved_usd"])
            )
    used = NOTHING
    for at, _, amount in sorted(steps):
        used += amount
        allowed = _cap_at(caps, at)
        if amount > 0 and allowed is not None and used > allowed:
            yield Violation(CAP, session_id, f"{used} spent or reserved at {at:%H:%M:%S.%f}; {cap} is {allowed}")
            return


def _caps(facts: Facts) -> list[tuple[datetime | None, Any]]:
    """Return the session's caps with the moments from which they hold; None as a moment is the start."""
    changes = list(facts.events_of("budget_changed"))
    if not changes:
        return [(None, facts.session["budget_usd"])]
    first = [(None, _amount(changes[0]["data"].get("former_usd")))]
    return [*first, *((change["at"], _amount(change["data"]["budget_usd"])) for change in changes)]


def _cap_at(caps: list[tuple[datetime | None, Any]], at: datetime) -> Any:
    return [cap for since, cap in caps if since is None or since <= at][-1]


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _open(calls: Iterable[Row]) -> list[Row]:
    return [call for call in calls if call["status"] == "reserved"]


def _sum(rows: Iterable[Row], name: str) -> Any:
    return sum((row[name] for row in rows if row[name] is not None), NOTHING)
