"""The rows that events vouch for, compared with the events in both directions.

Each kind of row takes the events that tell of it, some at a time, and says which row each one means and whether the row
still says the same; afterwards it lists its rows, so that those without an event are found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, ClassVar, NamedTuple, Protocol

from django.db.models import CharField, F, Func, OuterRef, Subquery

from accounts.models import User
from sessions_app.journal.canonical import sha256_of
from sessions_app.journal.facts import call_facts, decision_facts, gate_facts
from sessions_app.models import (
    Artifact,
    ArtifactVersion,
    CallStatus,
    Gate,
    GateStatus,
    LLMCall,
    SessionDecision,
    TaskDecision,
)

LARGEST_ID = 2**63 - 1
GONE = "is gone"
OTHER = "does not say what was recorded"


class Told(NamedTuple):
    """An event that tells of a row."""

    session_id: int
    seq: int
    type: str
    data: dict[str, Any]


class Finding(NamedTuple):
    """What an event means: the key of its row, and what is wrong with that, if anything."""

    told: Told
    key: int
    name: str
    problem: str = ""


class Row(NamedTuple):
    """A row that must have its event; its key is unique among the rows of its kind."""

    session_id: int
    key: int
    name: str


class Kind(Protocol):
    """A kind of row, and the types of events that tell of it."""

    types: ClassVar[frozenset[str]]

    def compare(self, events: Sequence[Told]) -> Iterator[Finding]:
        """Find the row of each event."""

    def rows(self, session_ids: Collection[int]) -> Iterator[Row]:
        """List the rows that must have an event, by session and key."""


class Decisions:
    """Decisions of agents and of people; their ids come from one sequence."""

    types: ClassVar[frozenset[str]] = frozenset({"decision_recorded"})

    def compare(self, events: Sequence[Told]) -> Iterator[Finding]:
        ids = _ids(events, "decision_id")
        agents = {row.pk: row for row in TaskDecision.objects.filter(pk__in=ids).select_related("agent_task")}
        people = {row.pk: row for row in SessionDecision.objects.filter(pk__in=ids).select_related("user")}
        known = Usernames(
            (told.data.get("by"), decided.user.username)
            for told in events
            if (decided := people.get(_id(told, "decision_id")))
        )
        for told in events:
            key = _id(told, "decision_id")
            name = f"decision {told.data.get('number')}"
            row: TaskDecision | SessionDecision | None = agents.get(key) or people.get(key)
            if row is None or row.session_id != told.session_id:
                yield Finding(told, key, name, GONE)
                continue
            facts = (
                decision_facts(
                    number=f"D-{row.number}",
                    author=row.agent_task.agent_role,
                    text=row.decision_text,
                    rationale=row.rationale,
                    category=row.category,
                    confidence=row.confidence,
                    alternatives=row.alternatives,
                    consequences=row.consequences,
                    requirements=row.requirements,
                )
                if isinstance(row, TaskDecision)
                else decision_facts(
                    number=f"H-{row.number}",
                    author=known.then(told.data.get("by"), row.user.username),
                    text=row.decision_text,
                    rationale=row.rationale,
                    category=row.category,
                    confidence=row.confidence,
                )
            )
            yield Finding(told, key, name, _unless(_digest(facts) == told.data.get("sha256")))

    def rows(self, session_ids: Collection[int]) -> Iterator[Row]:
        of_agents = TaskDecision.objects.filter(session__in=session_ids).order_by("session", "pk")
        of_people = SessionDecision.objects.filter(session__in=session_ids).order_by("session", "pk")
        for letter, rows in (("D", of_agents), ("H", of_people)):
            for session_id, key, number in rows.values_list("session_id", "pk", "number").iterator():
                yield Row(session_id, key, f"decision {letter}-{number}")


class Sha256(Func):
    """The digest of a text in UTF-8, computed where the text lies: files are large."""

    template = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    output_field = CharField()


class Versions:
    """Versions of artifacts, with their content."""

    types: ClassVar[frozenset[str]] = frozenset({"artifact_written", "artifact_edited"})

    def compare(self, events: Sequence[Told]) -> Iterator[Finding]:
        found = ArtifactVersion.objects.filter(
            artifact__in=_ids(events, "artifact_id"), version__in={_id(told, "version") for told in events}
        ).annotate(computed=Sha256("content"), session_id=F("artifact__session_id"), path=F("artifact__path"))
        columns = ("artifact_id", "version", "pk", "session_id", "path", "sha256", "computed")
        by_version = {(row[0], row[1]): row[2:] for row in found.values_list(*columns)}
        for told in events:
            name = f"{told.data.get('path')} v{told.data.get('version')}"
            row = by_version.get((_id(told, "artifact_id"), _id(told, "version")))
            if row is None or row[1] != told.session_id:
                yield Finding(told, row[0] if row else 0, name, GONE)
                continue
            key, _, path, sha256, computed = row
            whole = (path, sha256, computed) == (told.data.get("path"), computed, told.data.get("sha256"))
            yield Finding(told, key, name, _unless(whole))

    def rows(self, session_ids: Collection[int]) -> Iterator[Row]:
        versions = ArtifactVersion.objects.filter(artifact__session__in=session_ids)
        columns = ("artifact__session_id", "pk", "artifact__path", "version")
        for session_id, key, path, version in versions.order_by(*columns[:2]).values_list(*columns).iterator():
            yield Row(session_id, key, f"{path} v{version}")


class Gates:
    """Gates: one event when they open, one when they are decided; by its rule a gate passes without opening."""

    types: ClassVar[frozenset[str]] = frozenset({"gate_opened", "gate_approved", "gate_rejected"})

    def compare(self, events: Sequence[Told]) -> Iterator[Finding]:
        found = Gate.objects.filter(pk__in=_ids(events, "gate_id")).defer("quality", "stage__quality")
        gates = {gate.pk: gate for gate in found.select_related("stage", "decided_by")}
        known = Usernames(
            (told.data.get("by"), decided.decided_by.username)
            for told in events
            if (decided := gates.get(_id(told, "gate_id"))) and decided.decided_by
        )
        for told in events:
            gate_id, is_opened = _id(told, "gate_id"), told.type == "gate_opened"
            key, name = self._key(gate_id, is_opened=is_opened), f"gate {told.data.get('gate_id')}"
            gate = gates.get(gate_id)
            if gate is None or gate.session_id != told.session_id:
                yield Finding(told, key, name, GONE)
                continue
            said: dict[str, Any] = {"status": GateStatus.OPEN}
            if not is_opened:
                by = known.then(told.data.get("by"), gate.decided_by.username) if gate.decided_by else None
                said = {"status": gate.status, "decided_by": by, "feedback": gate.feedback, "roles": gate.roles}
            place: dict[str, Any] = {"stage": gate.stage.number, "round": gate.round, "scores": gate.scores}
            facts = gate_facts(gate_id=gate.pk, **place, **said)
            whole = _digest(facts) == told.data.get("sha256") and (is_opened or told.type == f"gate_{gate.status}")
            yield Finding(told, key, name, _unless(whole))

    def rows(self, session_ids: Collection[int]) -> Iterator[Row]:
        gates = Gate.objects.filter(session__in=session_ids).order_by("session", "pk")
        columns = ("session_id", "pk", "status", "decided_by")
        for session_id, gate_id, status, decided_by in gates.values_list(*columns).iterator():
            if status == GateStatus.OPEN or decided_by:  # one that its rule passed never opened
                yield Row(session_id, self._key(gate_id, is_opened=True), f"gate {gate_id}")
            if status != GateStatus.OPEN:
                yield Row(session_id, self._key(gate_id, is_opened=False), f"gate {gate_id}")

    @staticmethod
    def _key(gate_id: int, *, is_opened: bool) -> int:
        return gate_id if is_opened else -gate_id


class Calls:
    """Settled model calls; their requests and answers may be erased under a retention rule."""

    types: ClassVar[frozenset[str]] = frozenset({"llm_call_finished"})

    def compare(self, events: Sequence[Told]) -> Iterator[Finding]:
        found = LLMCall.objects.filter(pk__in=_ids(events, "call_id")).defer("request", "response")
        calls = {call.pk: call for call in found}
        for told in events:
            key = _id(told, "call_id")
            call, name = calls.get(key), f"model call {told.data.get('call_id')}"
            if call is None or call.session_id != told.session_id:
                yield Finding(told, key, name, GONE)
                continue
            facts = call_facts(
                call_id=call.pk,
                task_id=call.agent_task_id,
                call_key=call.call_key,
                attempt=call.attempt,
                provider=call.provider,
                model=call.model,
                status=call.status,
                input_tokens=call.input_tokens,
                output_tokens=call.output_tokens,
                cost_usd=call.cost_usd,
            )
            yield Finding(told, key, name, _unless(_digest(facts) == told.data.get("sha256")))

    def rows(self, session_ids: Collection[int]) -> Iterator[Row]:
        settled = LLMCall.objects.filter(session__in=session_ids).exclude(status=CallStatus.RESERVED)
        for session_id, key in settled.order_by("session", "pk").values_list("session_id", "pk").iterator():
            yield Row(session_id, key, f"model call {key}")


KINDS: tuple[Kind, ...] = (Decisions(), Versions(), Gates(), Calls())


def wrong_newest(session_ids: Collection[int]) -> Iterator[Row]:
    """Find the artifacts that show another version than their newest."""
    versions = ArtifactVersion.objects.filter(artifact=OuterRef("pk")).order_by("-version").values("version")
    artifacts = Artifact.objects.filter(session__in=session_ids).alias(newest=Subquery(versions[:1]))
    wrong = artifacts.exclude(version=F("newest"), newest__isnull=False).order_by("session", "path")
    for session_id, key, path in wrong.values_list("session_id", "pk", "path"):
        yield Row(session_id, key, path)


class Usernames:
    """Names of people, then and now.

    The journal knows people by the name they had. A name that nobody has any more was changed since; one that somebody
    else has means that the row names the wrong person.
    """

    def __init__(self, pairs: Iterable[tuple[Any, str]]) -> None:
        other = {str(then) for then, now in pairs if then != now}
        self._taken = set(User.objects.filter(username__in=other).values_list("username", flat=True)) if other else ()

    def then(self, then: Any, now: str) -> str:
        """Return the name that the facts carried for whoever is called `now`."""
        return now if not isinstance(then, str) or then in self._taken else then


def _id(told: Told, name: str) -> int:
    """Return an id that an event names, 0 when it names none."""
    value = told.data.get(name)
    return value if isinstance(value, int) and 0 < value <= LARGEST_ID else 0


def _ids(events: Iterable[Told], name: str) -> set[int]:
    return {_id(told, name) for told in events}


def _digest(facts: dict[str, Any]) -> str:
    try:
        return sha256_of(facts)
    except ValueError:  # a float: nothing of ours was ever recorded with one
        return ""


def _unless(whole: bool) -> str:
    return "" if whole else OTHER
