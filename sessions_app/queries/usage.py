"""What model calls came to over whole days (UTC), added up by session, person, team, role, provider, model or day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import TruncDate

from accounts.models import User
from sessions_app import shapes
from sessions_app.errors import InvalidInput, NotReachable
from sessions_app.models import LLMCall
from sessions_app.models.llm_call import IS_SIMULATED
from sessions_app.queries.tasks import agent_name
from teams.models import Team

MOST_DAYS = 400
MOST_ROWS = 1_000
NOTHING = Decimal(0)
DELETED = "Deleted sessions"

_LIVES = Q(session__deleted_at=None)
# What a row is of, and how people read it. Of a session that is deleted the sum alone is told.
GROUPS: Mapping[str, tuple[Any, Any]] = {
    "session": (
        Case(When(_LIVES, then=F("session_id"))),
        Case(When(_LIVES, then=F("session__feature_name")), default=Value(DELETED)),
    ),
    "user": (F("session__user_id"), F("session__user__username")),
    "team": (F("session__team_id"), F("session__team__name")),
    "role": (F("agent_task__agent_role"), F("agent_task__agent_role")),
    "provider": (F("provider"), F("provider")),
    "model": (F("model"), F("model")),
    "day": (TruncDate("created_at", tzinfo=UTC), TruncDate("created_at", tzinfo=UTC)),
}
SUMS: Mapping[str, Any] = {
    "calls": Count("id"),
    "input_tokens": Sum("input_tokens", default=0),
    "cached_tokens": Sum("cached_tokens", default=0),
    "cache_write_tokens": Sum("cache_write_tokens", default=0),
    "output_tokens": Sum("output_tokens", default=0),
    "reasoning_tokens": Sum("reasoning_tokens", default=0),
    "cost_usd": Sum("cost_usd", filter=~IS_SIMULATED & Q(estimated=False), default=NOTHING),
    "estimated_usd": Sum("cost_usd", filter=~IS_SIMULATED & Q(estimated=True), default=NOTHING),
    "simulated_usd": Sum("cost_usd", filter=IS_SIMULATED, default=NOTHING),
    "total_usd": Sum("cost_usd", default=NOTHING),
}
_SUMS = {f"sum_{name}": of for name, of in SUMS.items()}  # a sum may not be called as what it adds up
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Period:
    """Whole days in UTC, the last one included."""

    first: date
    last: date

    @classmethod
    def between(cls, first: str | None, last: str | None, *, today: date) -> Period:
        """Return the days from `first` to `last`, written YYYY-MM-DD; by default the month so far, up to `today`.

        Raises InvalidInput by field.
        """
        until = _day(last, "to") or today
        begin = _day(first, "from") or until.replace(day=1)
        if begin > until:
            raise InvalidInput({"from": ["This day comes after the last one."]})
        if (until - begin).days >= MOST_DAYS:
            raise InvalidInput({"from": [f"At most {MOST_DAYS} days can be added up at once."]})
        return cls(begin, until)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The first moment, and the first one that is over."""
        return _midnight(self.first), _midnight(self.last) + timedelta(days=1)


def teams_to_ask(user: User, team_id: int | None) -> QuerySet[Team]:
    """The teams whose calls the user may see, or that one of them. Raises NotReachable: one query for one team."""
    teams: QuerySet[Team] = Team.objects.visible_to(user)
    if team_id is None:
        return teams
    if not teams.filter(pk=team_id).exists():
        raise NotReachable("There is no such team.")
    return teams.filter(pk=team_id)


def usage(teams: QuerySet[Team] | None, *, period: Period, group_by: str) -> shapes.Usage:
    """What the calls of these teams came to; None means all teams. Two queries.

    Deleted sessions count, as their teams' months count them; purged ones are gone. Rows are the dearest first, days
    in their order, and at most MOST_ROWS; `total` adds up all there are.
    """
    begin, end = period.moments
    calls = LLMCall.objects.filter(created_at__gte=begin, created_at__lt=end)
    calls = calls.exclude(session__replay_of__isnull=False, reserved_usd=0)  # replayed: no model was asked
    if teams is not None:
        calls = calls.filter(session__team__in=teams.values("pk").order_by())
    key, name = GROUPS[group_by]
    order = ["key"] if group_by == "day" else ["-sum_total_usd", "-sum_input_tokens", "key"]
    groups = calls.order_by().values(key=key, name=name).annotate(**_SUMS).order_by(*order)
    rows = list(groups[: MOST_ROWS + 1])
    return shapes.Usage(
        first_day=period.first,
        last_day=period.last,
        group_by=group_by,
        total=shapes.UsageSums(**_sums(calls.aggregate(**_SUMS))),
        results=[_row(row, group_by) for row in rows[:MOST_ROWS]],
        has_more=len(rows) > MOST_ROWS,
    )


def _row(row: Mapping[str, Any], group_by: str) -> shapes.UsageRow:
    key, name = row["key"], row["name"]
    if group_by == "day":
        key = name = key.isoformat()
    elif group_by == "role":
        name = agent_name(key)
    return shapes.UsageRow(key=key, name=name, **_sums(row))


def _sums(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[f"sum_{name}"] for name in SUMS}


def _day(text: str | None, field: str) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else date.min
    except ValueError:
        day = date.min
    if not 1970 <= day.year < date.max.year:
        raise InvalidInput({field: ["A day such as 2026-11-21."]})
    return day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
