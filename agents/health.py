"""How model providers are: asked once a minute, written down in `provider_statuses`, and told from there.

An endpoint is looked after when calls may go to it: of the operator those that are set up or named as a model, of teams
those whose key was entered or used within a day. The simulator needs no asking.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Case, F, Q, When
from django.db.models.functions import Now
from django.utils import timezone

from agents.endpoints import endpoint_for, is_set_up, operator_endpoint
from agents.errors import UnknownModel
from agents.models import ProviderKey, ProviderStatus
from agents.providers import Endpoint, ProviderError, ProviderHealth, get_provider
from agents.providers.names import SIMULATOR, provider_of, title_of

log = logging.getLogger(__name__)
ASK_AGAIN_SECONDS = 55.0  # with the time until somebody looks, a minute
ASK_SECONDS = 5.0  # that one provider may take to answer
ASKED_AT_ONCE = 32
LONGEST_SECONDS = 20.0  # after it, nobody else is asked in the same look
KNOWN_SECONDS = 300.0  # what nobody has asked for so long says nothing about now
IN_USE_DAYS = 1  # after it, a team's key that nobody uses is not looked after
LONGEST_MESSAGE = 300

CLAIM = """
WITH due AS (
  SELECT id FROM provider_statuses
  WHERE (checked_at IS NULL OR checked_at <= %(before)s)
    AND (team_id IS NULL OR %(teams)s::bigint[] IS NULL OR team_id = ANY(%(teams)s))
  ORDER BY team_id IS NOT NULL, checked_at NULLS FIRST, id LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
UPDATE provider_statuses AS status SET checked_at = statement_timestamp() FROM due WHERE status.id = due.id
RETURNING status.id
"""


@dataclass(frozen=True)
class ProviderState:
    """How one endpoint is, as far as we know. `latency_ms` and the times are None where nobody has asked."""

    provider: str
    team_id: int | None  # whose key it is; None: the operator's
    status: ProviderStatus.Status
    latency_ms: int | None
    message: str
    checked_at: datetime | None
    since: datetime | None  # when the status became what it is

    @property
    def title(self) -> str:
        return title_of(self.provider)

    @property
    def is_down(self) -> bool:
        return self.status == ProviderStatus.Status.UNHEALTHY

    @property
    def has_changed(self) -> bool:
        """Whether it became what it is when it was last asked."""
        return self.checked_at is not None and self.since == self.checked_at

    @property
    def is_healthy(self) -> bool:
        return self.status == ProviderStatus.Status.HEALTHY

    @property
    def meaning(self) -> str:
        return f"Sessions on {self.title} wait, or go on with a fallback model."

    @property
    def sentence(self) -> str:
        """What a person is told of a provider that is down: why, and since when."""
        since = f" (since {_moment(self.since)})" if self.since else ""
        return f"{self.message.rstrip('.')}{since}."


def operator_providers() -> list[str]:
    """Return the real providers that the operator has set up: by a key, an address, or a model of the settings."""
    named = {provider_of(model) for model in (settings.SAGE_MODEL, *settings.FALLBACK_MODELS)} - {None, SIMULATOR}
    usual = list(settings.USUAL_ADDRESSES)
    set_up = [name for name in usual if name in named or is_set_up(name, team_id=None)]
    return set_up + sorted(str(name) for name in named if name not in usual)


def look_after_providers(
    *, older_than_seconds: float = ASK_AGAIN_SECONDS, teams: Sequence[int] | None = None
) -> list[ProviderState]:
    """Ask each endpoint that nobody has asked for a while, of teams those of `teams`; return those asked, as they are.

    The operator's come first, then whom nobody has asked for longest, so many at once that those of a round that hangs
    are written down before the next begins; who is left when the time is up comes first the next time. Safe in any
    number of processes: each row is asked by whoever took it first.
    """
    _make_rows()
    before = _moment_ago(older_than_seconds)  # whoever was asked since is no longer due
    ends = time.monotonic() + LONGEST_SECONDS
    asked: list[int] = []
    while rows := _claimed(before, teams):
        _ask_round(rows)
        asked += [row.pk for row in rows]
        if time.monotonic() >= ends:
            break
    return [_state(row) for row in ProviderStatus.objects.filter(pk__in=asked)]


def is_one_due() -> bool:
    """Whether there is an endpoint that nobody has asked for a minute: three small queries."""
    _make_rows()
    return ProviderStatus.objects.filter(
        Q(checked_at=None) | Q(checked_at__lte=Now() - timedelta(seconds=ASK_AGAIN_SECONDS))
    ).exists()


def ask_all(endpoints: Sequence[Endpoint]) -> list[ProviderHealth]:
    """Ask all endpoints side by side how they are; none of them takes longer than five seconds."""
    if not endpoints:
        return []
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(_ask_each(endpoints))
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())  # they hold the connections
        loop.close()  # does not wait for a name server that never answers


def operator_states() -> list[ProviderState]:
    """Return how the simulator and the operator's endpoints are: one query, none without a real provider."""
    return [_simulator(), *_states(operator_providers(), None)]


def unread_states() -> list[ProviderState]:
    """Return the same without the database: nothing is known but the simulator."""
    return [_simulator(), *(_state(ProviderStatus(provider=name)) for name in operator_providers())]


def team_states(team_id: int) -> list[ProviderState]:
    """Return how the endpoints are that calls of a team go to, its own in place of the operator's: two queries."""
    own = list(ProviderKey.objects.filter(team_id=team_id).values_list("provider", flat=True))
    shared = [name for name in operator_providers() if name not in own]
    return [_simulator(), *_states(own, team_id), *_states(shared, None)]


def all_states() -> list[tuple[ProviderState, str]]:
    """Return how every endpoint is that is looked after, with the name of the team whose key it is: two queries."""
    rows = ProviderStatus.objects.exclude(team=None).select_related("team")
    return [(state, "") for state in operator_states()] + [(_state(row), row.team.name) for row in rows if row.team]


def known_down(models: Iterable[str], team_id: int) -> list[str]:
    """Return what to tell a person of each provider of these models that does not work for the team as far as we know.

    At most three queries, none for the simulator.
    """
    providers = {provider_of(model) for model in models} - {None, SIMULATOR}
    if not providers:
        return []
    own = set(ProviderKey.objects.filter(team_id=team_id, provider__in=providers).values_list("provider", flat=True))
    shared = sorted(str(name) for name in providers if name not in own)
    states = (*_states(sorted(own), team_id), *_states(shared, None))
    return [f"{state.sentence} {state.meaning}" for state in states if state.is_down]


def operator_down() -> list[ProviderState]:
    """Return the operator's endpoints that do not work: one query, none without a real provider."""
    return [state for state in _states(operator_providers(), None) if state.is_down]


# --- asking -----------------------------------------------------------------------------------------------------------
def _ask_round(rows: Sequence[ProviderStatus]) -> None:
    """Ask the endpoints of some rows side by side, and write down what they say."""
    asked: list[tuple[int, Endpoint]] = []
    for row in rows:
        try:
            asked.append((row.pk, _endpoint_of(row)))
        except ProviderError as error:
            _write(row.pk, ProviderHealth("unhealthy", 0, str(error)))
    for (pk, _), answer in zip(asked, ask_all([endpoint for _, endpoint in asked]), strict=True):
        _write(pk, answer)


async def _ask_each(endpoints: Sequence[Endpoint]) -> list[ProviderHealth]:
    return await asyncio.gather(*map(_ask, endpoints))


async def _ask(endpoint: Endpoint) -> ProviderHealth:
    began, title = time.monotonic(), title_of(endpoint.provider)
    try:
        provider = get_provider(f"{endpoint.provider}:any")
        async with asyncio.timeout(ASK_SECONDS):
            return await provider.health(endpoint)
    except UnknownModel:
        message = f"Nothing here can speak to {title}"
    except TimeoutError:
        message = f"{title} did not answer within {ASK_SECONDS:g} s"
    except Exception as error:
        log.warning("Asking %s failed: %s", endpoint.provider, type(error).__name__)
        message = f"{title} could not be asked"
    return ProviderHealth("unhealthy", round((time.monotonic() - began) * 1000), message)


def _moment_ago(seconds: float) -> datetime:
    """Return a moment by the database's clock, which stamps the rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp() - make_interval(secs => %s)", [seconds])
        [(moment,)] = cursor.fetchall()
    return moment


def _claimed(before: datetime, teams: Sequence[int] | None) -> list[ProviderStatus]:
    """Take as many rows as are asked at once, of those that nobody has asked since, so that nobody else asks them."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"before": before, "teams": None if teams is None else [*teams], "most": ASKED_AT_ONCE})
        taken = [pk for (pk,) in cursor.fetchall()]
    return list(ProviderStatus.objects.filter(pk__in=taken))


def _make_rows() -> None:
    """See to a row for each endpoint that is looked after, and forget those that nobody looks after any more."""
    in_use = Now() - timedelta(days=IN_USE_DAYS)
    keys = ProviderKey.objects.filter(Q(last_used_at__gt=in_use) | Q(created_at__gt=in_use))
    wanted = {(name, None) for name in operator_providers()} | set(keys.values_list("provider", "team_id"))
    there = set(ProviderStatus.objects.values_list("provider", "team_id"))
    ProviderStatus.objects.bulk_create(
        [ProviderStatus(provider=provider, team_id=team_id) for provider, team_id in wanted - there],
        ignore_conflicts=True,
    )
    for provider, team_id in there - wanted:
        ProviderStatus.objects.filter(_of(team_id), provider=provider).delete()


def _endpoint_of(row: ProviderStatus) -> Endpoint:
    if row.team_id is None:
        return operator_endpoint(row.provider)
    return endpoint_for(row.provider, team_id=row.team_id, note=False)  # to ask how it is, is no use of a key


def _write(pk: int, answer: ProviderHealth) -> None:
    unchanged = When(status=answer.status, since__isnull=False, then=F("since"))
    ProviderStatus.objects.filter(pk=pk).update(
        since=Case(unchanged, default=Now()),
        status=answer.status,
        latency_ms=max(answer.latency_ms, 0),
        message=answer.message[:LONGEST_MESSAGE],
        checked_at=Now(),
    )


# --- telling ----------------------------------------------------------------------------------------------------------
def _states(providers: Sequence[str], team_id: int | None) -> list[ProviderState]:
    if not providers:
        return []
    rows = {row.provider: row for row in ProviderStatus.objects.filter(_of(team_id), provider__in=providers)}
    return [_state(rows.get(name) or ProviderStatus(provider=name, team_id=team_id)) for name in providers]


def _state(row: ProviderStatus) -> ProviderState:
    """A row as it may be told: what nobody has asked for five minutes is not known."""
    is_known = row.checked_at is not None and (timezone.now() - row.checked_at).total_seconds() < KNOWN_SECONDS
    if not is_known or row.status == ProviderStatus.Status.UNKNOWN:
        message = "Nobody has asked it yet" if row.checked_at is None else "Nobody has asked it for a while"
        unknown = ProviderStatus.Status.UNKNOWN
        return ProviderState(row.provider, row.team_id, unknown, None, message, row.checked_at, None)
    status = ProviderStatus.Status(row.status)
    return ProviderState(row.provider, row.team_id, status, row.latency_ms, row.message, row.checked_at, row.since)


def _simulator() -> ProviderState:
    now = timezone.now()
    return ProviderState(SIMULATOR, None, ProviderStatus.Status.HEALTHY, 0, "Answers offline by rules", now, None)


def _of(team_id: int | None) -> Q:
    return Q(team=None) if team_id is None else Q(team=team_id)


def _moment(at: datetime) -> str:
    """A time in a sentence: "09:12 UTC" today, else "20 Nov, 09:12 UTC"."""
    at = at.astimezone(UTC)
    day = "" if at.date() == timezone.now().date() else f"{at.day} {at:%b}, "
    return f"{day}{at:%H:%M} UTC"
