"""What must be there exactly once, and numbers that must have no gap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from tests.chaos.checking.reading import Facts, Row, grouped
from tests.chaos.checking.violation import GAP, TWICE, Violation


def check_numbers(facts: Facts) -> Iterator[Violation]:
    """Yield gaps in the numbers of events, decisions and versions, and counters of the session that disagree."""
    session = facts.session
    yield from _row_of(facts, "event", [row["seq"] for row in facts.events], session["last_seq"])
    # A fork brings the decisions of its parent's stages along, under the numbers that they had there.
    brought = max((row["number"] for row in facts.decisions if _is_brought(facts, row)), default=0)
    numbers = [row["number"] for row in facts.decisions]
    yield from _row_of(facts, "decision D", numbers, session["last_decision"], after=brought)
    human = [row["number"] for row in facts.human_decisions]
    yield from _row_of(facts, "decision H", human, session["last_human_decision"])
    newest = {row["id"]: row["version"] for row in facts.artifacts}
    for (artifact_id,), versions in grouped(facts.versions, "artifact_id").items():
        name = f"version of {versions[0]['path']}"
        yield from _row_of(facts, name, [row["version"] for row in versions], newest[artifact_id])


def check_once(facts: Facts) -> Iterator[Violation]:
    """Yield effects that happened more than once."""

    def more_than_once(rows: Iterable[Row], *names: str) -> Iterator[tuple[object, ...]]:
        counts = Counter(tuple(row[name] for name in names) for row in rows)
        return (key for key, count in counts.items() if count > 1)

    kinds = (
        ("event", facts.events, ("seq",)),
        ("decision D", facts.decisions, ("number",)),
        ("decision H", facts.human_decisions, ("number",)),
        ("decision of task and round", facts.decisions, ("agent_task_id", "round", "decision_text")),
        ("artifact", facts.artifacts, ("path",)),
        ("artifact version", facts.versions, ("artifact_id", "version")),
        ("artifact of task and round", _by_tasks(facts.versions), ("agent_task_id", "round", "path")),
        ("snapshot of task and round", facts.snapshots, ("agent_task_id", "round")),
        ("gate of stage and round", facts.gates, ("stage_id", "round")),
        (
            "paid call",
            [row for row in facts.calls if row["status"] == "succeeded"],
            ("agent_task_id", "call_key"),
        ),
    )
    for what, rows, names in kinds:
        for key in more_than_once(rows, *names):
            yield Violation(TWICE, facts.id, f"{what} {', '.join(map(str, key))} is there more than once")
    yield from _events_once(facts)


def _events_once(facts: Facts) -> Iterator[Violation]:
    seen: Counter[tuple[str, object]] = Counter()
    rounds = {row["id"]: 1 for row in facts.tasks}
    for event in facts.events:
        data, type = event["data"], event["type"]
        if data is None:
            continue
        if type == "gate_rejected":
            # The tasks of the roles named begin a new round, in which they may complete once more.
            rounds = {task_id: round + 1 for task_id, round in rounds.items()}
        if type == "session_started":
            seen[type, ""] += 1
        elif type == "agent_task_completed":
            seen[type, (data["task_id"], rounds.get(data["task_id"]))] += 1
        elif type == "decision_recorded":
            seen[type, data["decision_id"]] += 1
        elif type == "artifact_written":
            seen[type, (data["artifact_id"], data["version"])] += 1
        elif type == "llm_call_finished":
            seen[type, data["call_id"]] += 1
        elif type in ("gate_opened", "gate_approved", "gate_rejected"):
            seen[type, data["gate_id"]] += 1
        elif type in ("question_asked", "question_answered", "question_defaulted"):
            seen[type, data["question_id"]] += 1
    for (type, key), count in seen.items():
        if count > 1:
            yield Violation(TWICE, facts.id, f"{type} {key} happened {count} times")


def _row_of(facts: Facts, what: str, numbers: list[int], last: int, *, after: int = 0) -> Iterator[Violation]:
    """Yield what is wrong with numbers that must be `after` + 1, … `last`; doubles are told elsewhere."""
    there = set(numbers)
    missing = set(range(after + 1, max(there, default=0) + 1)) - there
    if missing:
        yield Violation(GAP, facts.id, f"{what} {_few(missing)} is missing")
    if max(there, default=0) != last:
        yield Violation(GAP, facts.id, f"the last {what} is {max(there, default=0)}, and the count says {last}")


def _is_brought(facts: Facts, decision: Row) -> bool:
    if not facts.is_fork:
        return False
    stage_id = next(task["stage_id"] for task in facts.tasks if task["id"] == decision["agent_task_id"])
    return any(stage["id"] == stage_id and stage["number"] <= facts.session["parent_stage"] for stage in facts.stages)


def _by_tasks(versions: list[Row]) -> list[Row]:
    return [row for row in versions if row["agent_task_id"] is not None]


def _few(numbers: set[int]) -> str:
    named = sorted(numbers)
    return ", ".join(map(str, named[:5])) + (f" and {len(named) - 5} more" if len(named) > 5 else "")
