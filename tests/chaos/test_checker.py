"""The checker itself: a sound database passes, and each single break of it is found."""

from __future__ import annotations

import ast
import base64
import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from agents.deliverable import Question
from sessions_app.engine.apply import apply, create
from sessions_app.engine.fork_source import fork_source
from sessions_app.models import ExecutionSession
from sessions_app.rules.claims import lose_tasks, release_task
from sessions_app.rules.control import cancel_task, change_session, pause_session, resume_session, retry_session
from sessions_app.rules.decisions import record_decision
from sessions_app.rules.drafts import draft_fork
from sessions_app.rules.forks import fork_session
from sessions_app.rules.gates import approve_gate, reject_gate
from sessions_app.rules.ledger import CallPlan, reserve_call
from sessions_app.rules.questions import answer_question
from sessions_app.rules.sessions import cancel_session
from sessions_app.tests.factories import (
    WORKER,
    claim,
    fail,
    hand_in,
    make_call,
    make_deliverable,
    make_finished_session,
    make_session,
    run_stage,
)
from tests.chaos import checking
from tests.chaos.checker import Limits, check, judge
from tests.chaos.checking import violation as kinds
from tests.chaos.checking.texts import fault_in
from tests.chaos.checking.violation import Violation
from tests.chaos.scratch import database, working_on

pytestmark = pytest.mark.django_db  # asks for the database that the copies are made of; the tests leave it alone

AT_REST = Limits(stuck_seconds=0, message_seconds=0)
CHECKER = [Path(sys.modules[check.__module__].__file__ or ""), *Path(checking.__path__[0]).glob("*.py")]


@pytest.fixture(scope="module")
def whole(django_db_setup, django_db_blocker) -> Iterator[str]:
    """A database with sessions of every fate; made once, and never touched."""
    name = f"{connection.settings_dict['NAME']}_whole"
    with django_db_blocker.unblock(), database(name, like=connection.settings_dict["NAME"]) as url:
        with working_on(name):
            make_fates()
        yield url


def make_fates() -> None:
    """1 finished with decisions of people, 2 through losses and retries, 3 failed, 4 cancelled, 5 out of budget."""
    finished = make_finished_session(feature_name="finished", budget_usd="5")
    assert finished.status == "completed"
    tried = make_session(feature_name="tried", budget_usd="5")
    apply(tried.pk, record_decision, user_id=tried.user_id, by="person", text="No cookies.")
    for hurt in (lose, give_back, fail_for_now):
        [held] = claim(tried)
        hurt(held)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE agent_tasks SET ready_at = clock_timestamp() WHERE status = 'pending'"
                           " AND ready_at IS NOT NULL")  # fmt: skip
    while tried.status == "active":
        run_stage(tried)
    failed = make_session(feature_name="failed")
    fail(claim(failed)[0])
    cancelled = make_session(feature_name="cancelled")
    run_stage(cancelled)
    claim(cancelled)
    apply(cancelled.pk, cancel_session, by="person")
    make_gated()
    make_retried()
    make_asking()
    poor = make_session(feature_name="poor", budget_usd="0.05")
    [held] = claim(poor)
    plan = CallPlan(held.call_key, 1, "simulator", "simulator", {"messages": []}, Decimal("0.1"))
    apply(poor.pk, reserve_call, held.held, plan)


def make_gated() -> None:
    """Sent back at its first two gates, paused and resumed, waved through by the third one's rule; then forked."""
    session = make_session(feature_name="gated", gates={"1": True, "2": True, "3": "all checks pass"})
    run_stage(session)
    person: dict[str, Any] = {"user_id": session.user_id, "by": "person"}
    apply(session.pk, reject_gate, session.gates.get(status="open").pk, feedback="Not yet.", **person)
    run_stage(session)
    apply(session.pk, approve_gate, session.gates.get(status="open").pk, **person)
    apply(session.pk, pause_session, by="person")
    apply(session.pk, resume_session, by="person")
    run_stage(session)
    for role in ("dba", "backend_dev"):  # who is not sent back keeps his round, and joins the stage's later
        apply(session.pk, reject_gate, session.gates.get(status="open").pk, feedback="No.", roles=[role], **person)
        run_stage(session)
    assert session.status == "awaiting_approval"
    apply(session.pk, approve_gate, session.gates.get(status="open").pk, **person)
    run_stage(session)
    assert session.gates.filter(status="approved").count() == 3
    while session.status == "active":
        run_stage(session)
    assert session.status == "completed"
    wish = draft_fork(session.user, session, after_stage=2, decisions=[{"decision_text": "Less."}])
    fork = ExecutionSession.objects.get(pk=create(fork_session, fork_source(session, 2), wish))
    while fork.status == "active":
        run_stage(fork)
    assert fork.status == "completed"


def make_retried() -> None:
    """Failed for good and cancelled in one task, then done once more."""
    session = make_session(feature_name="retried")
    run_stage(session)
    backend, dba = claim(session)
    fail(backend)
    apply(session.pk, cancel_task, dba.task_id, by="person")
    apply(session.pk, retry_session, by="person")
    session.refresh_from_db()
    apply(session.pk, change_session, by="person", budget_usd=Decimal("3"))
    while session.status == "active":
        run_stage(session)
    assert session.status == "completed"


def make_asking() -> None:
    """One question was answered, another waits for its answer."""
    answered, waiting = [make_session(feature_name=name, question_seconds=3600) for name in ("answered", "waiting")]
    for session in (answered, waiting):
        [held] = claim(session)
        make_call(held)
        hand_in(held, make_deliverable("architect", questions=[Question(text="Which?", options=[], default="This")]))
    question = answered.questions.get()
    apply(answered.pk, answer_question, question.pk, user_id=answered.user_id, by="person", answer="That")
    while answered.status == "active":
        run_stage(answered)
    assert answered.status == "completed"


def lose(held: Any) -> None:
    apply(held.session_id, lose_tasks, WORKER.owner, max_lost=6)


def give_back(held: Any) -> None:
    apply(held.session_id, release_task, held.held, reason="the worker is shutting down")


def fail_for_now(held: Any) -> None:
    make_call(held)
    fail(held, passing=True)


@pytest.fixture
def ruin(whole) -> Iterator[Ruin]:
    """The whole database, to be broken in any way inside a transaction that is rolled back."""
    with psycopg.connect(whole) as raw:
        yield Ruin(raw)
        raw.rollback()


class Ruin:
    """A database as one transaction sees it."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self._raw = raw

    def break_by(self, *statements: str) -> None:
        """Run statements past the triggers that guard the journal."""
        for table in ("session_events", "chain_checkpoints", "artifact_versions", "task_decisions"):
            self._raw.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
        for statement in statements:
            self._raw.execute(statement)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._raw.execute(query).fetchall()

    def violations(self, limits: Limits = AT_REST, **logs: Any) -> list[Violation]:
        return judge(self._raw, limits=limits, **logs)

    def found(self, limits: Limits = AT_REST, **logs: Any) -> set[str]:
        """The kinds of what the checker says is wrong."""
        return {violation.kind for violation in self.violations(limits, **logs)}


FIRST = "(SELECT min(id) FROM execution_sessions)"
TRIED = "(SELECT id FROM execution_sessions WHERE feature_name = 'tried')"
POOR = "(SELECT id FROM execution_sessions WHERE feature_name = 'poor')"
CANCELLED = "(SELECT id FROM execution_sessions WHERE feature_name = 'cancelled')"


def again(table: str, where: str) -> tuple[str, str]:
    """Statements that let a table hold the same twice, and then do so."""
    return (
        f"""DO $$ DECLARE c record; BEGIN
            FOR c IN SELECT conname FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype = 'u'
            LOOP EXECUTE format('ALTER TABLE {table} DROP CONSTRAINT %I', c.conname); END LOOP;
            FOR c IN SELECT indexrelid::regclass AS name FROM pg_index
              WHERE indrelid = '{table}'::regclass AND indisunique AND NOT indisprimary
            LOOP EXECUTE format('DROP INDEX %s', c.name); END LOOP; END $$""",
        f"""INSERT INTO {table} SELECT (jsonb_populate_record(t, jsonb_build_object('id', 1000000 + t.id))).*
            FROM {table} t WHERE {where}""",
    )


def message_about(task_id: int) -> str:
    content = {"func": "a.run_agent_task", "args": [task_id], "group": ""}
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=") + ":time:signature"


BREAKS: list[tuple[str, tuple[str, ...], str]] = [
    ("an event is missing", (f"DELETE FROM session_events WHERE session_id = {FIRST} AND seq = 5",), kinds.GAP),
    ("the tail is cut off", (f"DELETE FROM session_events WHERE session_id = {FIRST} AND seq > 40",), kinds.CHAIN),
    ("an event is there twice", again("session_events", f"t.session_id = {FIRST} AND t.seq = 5"), kinds.TWICE),
    ("a decision is missing", (f"DELETE FROM task_decisions WHERE session_id = {FIRST} AND number = 3",), kinds.GAP),
    ("a decision is there twice", again("task_decisions", f"t.session_id = {FIRST} AND t.number = 3"), kinds.TWICE),
    (
        "a decision is rewritten",
        (f"UPDATE task_decisions SET decision_text = 'Other' WHERE session_id = {FIRST} AND number = 3",),
        kinds.CHAIN,
    ),
    (
        "a version is there twice",
        again("artifact_versions", "t.id = (SELECT min(id) FROM artifact_versions)"),
        kinds.TWICE,
    ),
    (
        "a file is rewritten",
        ("UPDATE artifact_versions SET content = 'x' WHERE id = (SELECT min(id) FROM artifact_versions)",),
        kinds.CHAIN,
    ),
    (
        "a version is skipped",
        ("UPDATE artifact_versions SET version = 2 WHERE id = (SELECT min(id) FROM artifact_versions)",),
        kinds.GAP,
    ),
    (
        "a snapshot is there twice",
        again("agent_snapshots", "t.id = (SELECT min(id) FROM agent_snapshots)"),
        kinds.TWICE,
    ),
    ("a call is paid twice", again("llm_calls", "t.id = (SELECT min(id) FROM llm_calls)"), kinds.TWICE),
    (
        "data of an event is changed",
        (f"""UPDATE session_events SET data = data || '{{"by": "x"}}' WHERE session_id = {FIRST} AND seq = 1""",),
        kinds.CHAIN,
    ),
    (
        "a hash is changed",
        (f"UPDATE session_events SET hash = repeat('0', 64) WHERE session_id = {FIRST} AND seq = 7",),
        kinds.CHAIN,
    ),
    (
        "the head is changed",
        (f"UPDATE execution_sessions SET chain_head = repeat('0', 64) WHERE id = {FIRST}",),
        kinds.CHAIN,
    ),
    ("a kept head is changed", ("UPDATE chain_checkpoints SET head = repeat('1', 64)",), kinds.CHAIN),
    ("the session has spent more", (f"UPDATE execution_sessions SET spent_usd = 4 WHERE id = {FIRST}",), kinds.MONEY),
    (
        "a reservation was given back twice",
        ("UPDATE team_months SET spent_usd = spent_usd - 0.01 WHERE spent_usd > 0.02",),
        kinds.MONEY,
    ),
    (
        "a reservation stays behind",
        (f"UPDATE execution_sessions SET reserved_usd = 0.1 WHERE id = {FIRST}",),
        kinds.MONEY,
    ),
    (
        "a call stays reserved",
        (
            "UPDATE llm_calls SET status = 'reserved', cost_usd = NULL, ended_at = NULL"
            " WHERE id = (SELECT min(id) FROM llm_calls)",
        ),
        kinds.MONEY,
    ),
    ("the cap was lower", (f"UPDATE execution_sessions SET budget_usd = 0.11 WHERE id = {FIRST}",), kinds.CAP),
    ("the team's cap was lower", ("UPDATE teams SET monthly_budget_usd = 0.05",), kinds.CAP),
    (
        "an active session does nothing",
        (f"UPDATE execution_sessions SET status = 'active', ended_at = NULL WHERE id = {FIRST}",),
        kinds.STUCK,
    ),
    (
        "a session waits for nobody",
        (f"UPDATE execution_sessions SET status = 'awaiting_approval' WHERE id = {POOR}",),
        kinds.STUCK,
    ),
    (
        "the row says another status",
        (f"UPDATE execution_sessions SET status = 'failed' WHERE id = {FIRST}",),
        kinds.ILLEGAL,
    ),
    (
        "a task's row says another status",
        (f"UPDATE agent_tasks SET status = 'error' WHERE session_id = {FIRST}",),
        kinds.ILLEGAL,
    ),
    (
        "a stage's row says another status",
        (f"UPDATE stages SET status = 'failed' WHERE session_id = {FIRST}",),
        kinds.ILLEGAL,
    ),
    (
        "a task completes that was never claimed",
        (f"DELETE FROM session_events WHERE session_id = {FIRST} AND type = 'agent_task_started'",),
        kinds.ILLEGAL,
    ),
    (
        "a stage begins before the former one ends",
        (f"UPDATE session_events SET type = 'note' WHERE session_id = {FIRST} AND type = 'stage_completed'",),
        kinds.ILLEGAL,
    ),
    (
        "work is claimed after the end",
        (
            "UPDATE session_events e SET type = 'session_cancelled'"
            f" WHERE e.session_id = {CANCELLED} AND e.type = 'check_finished'",
        ),
        kinds.AFTER_END,
    ),
    (
        "an attempt was not counted",
        (f"UPDATE agent_tasks SET attempt = attempt - 1 WHERE session_id = {TRIED}",),
        kinds.ATTEMPT,
    ),
    (
        "an event says a wrong attempt",
        (
            "UPDATE session_events SET data = jsonb_set(data, '{attempt}', '1')"
            f" WHERE session_id = {TRIED} AND type = 'agent_task_started'",
        ),
        kinds.ATTEMPT,
    ),
    ("a fence was not counted", (f"UPDATE agent_tasks SET fence = 1 WHERE session_id = {TRIED}",), kinds.FENCE),
    (
        "time runs backwards",
        (f"UPDATE session_events SET at = at - interval '1 hour' WHERE session_id = {FIRST} AND seq = 9",),
        kinds.TIME,
    ),
    (
        "an event is in the future",
        (f"UPDATE session_events SET at = at + interval '1 hour' WHERE session_id = {FIRST} AND seq > 9",),
        kinds.TIME,
    ),
    (
        "a session's host had a slow clock",
        (f"UPDATE session_events SET at = at - interval '1 hour' WHERE session_id = {TRIED}",),
        kinds.TIME,
    ),
    (
        "a control character",
        (f"UPDATE task_decisions SET rationale = E'a\\x01b' WHERE session_id = {FIRST}",),
        kinds.TEXT,
    ),
    (
        "text that runs backwards",
        (f"UPDATE artifact_checks SET message = U&'a\\202Eb' WHERE session_id = {FIRST}",),
        kinds.TEXT,
    ),
    (
        "an invisible mark inside JSON",
        ("UPDATE agent_tasks SET output_data = jsonb_set(output_data, '{summary}', to_jsonb(U&'a\\200Bb'::text))"
         f" WHERE session_id = {FIRST}",),
        kinds.TEXT,
    ),
    (
        "a message about nothing",
        (f"UPDATE django_q_ormq SET payload = '{message_about(999_999)}'",),
        kinds.MESSAGE,
    ),
]  # fmt: skip


def test_a_sound_database_passes(ruin):
    assert ruin.violations() == []


@pytest.mark.parametrize(("statements", "kind"), [case[1:] for case in BREAKS], ids=[case[0] for case in BREAKS])
def test_each_break_is_found(ruin, statements, kind):
    ruin.break_by(*statements)

    assert kind in ruin.found()


def test_a_ready_task_without_a_message_is_found_only_when_it_has_waited(ruin):
    ruin.break_by(
        "DELETE FROM django_q_ormq",
        "UPDATE agent_tasks SET ready_at = clock_timestamp() - interval '9 s' WHERE status = 'pending'"
        " AND ready_at IS NOT NULL",
        f"UPDATE execution_sessions SET status = 'active' WHERE id = {POOR}",
    )

    assert kinds.MESSAGE in ruin.found(Limits(message_seconds=8))
    assert kinds.MESSAGE not in ruin.found(Limits(message_seconds=30))


# --- the logs of others ----------------------------------------------------------------------------------------------


def written(path: Path, lines: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(line, default=str) + "\n" for line in lines))
    return path


@pytest.fixture
def requests(ruin) -> list[dict[str, Any]]:
    """The log of a provider that was asked for exactly what the ledger says."""
    query = """
        SELECT c.session_id, c.agent_task_id, c.call_key, c.attempt, c.input_tokens, c.output_tokens,
               extract(epoch FROM c.created_at)::float
        FROM llm_calls c WHERE c.status = 'succeeded' ORDER BY c.id
    """
    names = ("session_id", "task_id", "call_key", "attempt", "input_tokens", "output_tokens", "at")
    return [dict(zip(names, row, strict=True)) | {"role": "", "outcome": "ok"} for row in ruin.rows(query)]


def test_a_provider_that_saw_what_the_ledger_says_is_believed(ruin, requests, tmp_path):
    assert ruin.found(provider_log=written(tmp_path / "p.jsonl", requests)) == set()


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda log: log.pop(0), kinds.PROVIDER),
        (lambda log: log[0].update(output_tokens=1), kinds.PROVIDER),
        (lambda log: log[0].update(outcome="500"), kinds.PROVIDER),
        (lambda log: log[0].update(at=log[0]["at"] - 1), kinds.PROVIDER),
        (lambda log: log.append(dict(log[0])), kinds.PROVIDER),
        (lambda log: log[0].update(session_id=999_999), kinds.PROVIDER),
        (lambda log: log.append(log[0] | {"at": log[0]["at"] + 3600}), kinds.AFTER_END),
    ],
    ids=["never asked", "other usage", "no answer", "before the reservation", "again", "for nobody", "after the end"],
)
def test_a_provider_that_saw_something_else_is_believed_too(ruin, requests, tmp_path, change, kind):
    change(requests)

    assert kind in ruin.found(provider_log=written(tmp_path / "p.jsonl", requests))


def test_a_repeated_request_is_allowed_once_for_each_time_the_task_was_given_back_or_failed(ruin, requests, tmp_path):
    [(task_id, lost)] = ruin.rows(
        f"SELECT (data->>'task_id')::bigint, count(*) FROM session_events WHERE session_id = {TRIED}"
        " AND type IN ('agent_task_released', 'agent_task_failed') GROUP BY 1"
    )
    again = next(line for line in requests if line["task_id"] == task_id and line["call_key"].endswith(":2"))
    ruin.break_by(
        # Each repeated try had its own reservation, and was left unconfirmed.
        *again_unconfirmed(again, times=lost + 1)
    )
    allowed = [*requests, *[dict(again) | {"at": again["at"] + n / 1000} for n in range(1, lost + 1)]]
    too_many = [*allowed, again | {"at": again["at"] + 0.5}]
    said = ruin.violations(provider_log=written(tmp_path / "a.jsonl", allowed))
    said_too = ruin.violations(provider_log=written(tmp_path / "b.jsonl", too_many))
    overall = ruin.violations(Limits(repeats_overall=lost - 1), provider_log=written(tmp_path / "a.jsonl", allowed))

    assert not [violation for violation in said if violation.kind == kinds.PROVIDER]
    assert [violation for violation in said_too if violation.kind == kinds.PROVIDER]
    assert [violation for violation in overall if violation.kind == kinds.PROVIDER]


def again_unconfirmed(line: dict[str, Any], *, times: int) -> list[str]:
    return [
        f"""INSERT INTO llm_calls SELECT (jsonb_populate_record(c, jsonb_build_object(
              'id', 2000000 + {number}, 'status', 'unconfirmed'))).*
            FROM llm_calls c WHERE agent_task_id = {line["task_id"]} AND call_key = '{line["call_key"]}'
              AND status = 'succeeded'"""
        for number in range(times)
    ]


def told(method: str, path: str, status: int, body: Any, sent: Any = None) -> dict[str, Any]:
    return {"at": 0, "method": method, "path": f"/api/v1{path}", "status": status, "body": body, "sent": sent}


def test_promises_that_were_kept_pass(ruin, tmp_path):
    [(session_id, chain_id)] = ruin.rows(f"SELECT id, chain_id::text FROM execution_sessions WHERE id = {TRIED}")
    [(decision_id,)] = ruin.rows(f"SELECT id FROM session_decisions WHERE session_id = {TRIED}")
    [(cancelled,)] = ruin.rows(f"SELECT {CANCELLED}")
    log = [
        told("POST", "/sessions", 201, {"id": session_id, "chain_id": chain_id}, {"feature_name": "tried"}),
        told("POST", f"/sessions/{session_id}/decisions", 201, {"id": decision_id, "decision_text": "No cookies."}),
        told("POST", f"/sessions/{cancelled}/cancel", 200, {}),
        told("POST", "/sessions", 503, {}, {"feature_name": "never"}),
    ]

    assert ruin.found(client_log=written(tmp_path / "c.jsonl", log)) == set()


@pytest.mark.parametrize(
    "line",
    [
        told("POST", "/sessions", 201, {"id": 999_999}),
        told("POST", "/sessions/2/decisions", 201, {"id": 999_999, "decision_text": "Kept?"}),
        told("POST", "/sessions/1/cancel", 200, {}),
        told("POST", "/sessions/1/fork", 201, {"id": 999_999}),
        told("POST", "/gates/999/approve", 200, {}),
        told("POST", "/questions/999/answer", 200, {}),
    ],
    ids=["session", "decision", "cancel", "fork", "gate", "answer"],
)
def test_promises_that_were_broken_are_found(ruin, tmp_path, line):
    assert kinds.LOST in ruin.found(client_log=written(tmp_path / "c.jsonl", [line]))


def test_a_session_that_was_made_twice_for_one_request_is_found(ruin, tmp_path):
    ruin.break_by(f"UPDATE execution_sessions SET feature_name = 'finished' WHERE id = {TRIED}")
    log = [told("POST", "/sessions", 503, {}, {"feature_name": "finished"})]

    assert kinds.TWICE in ruin.found(client_log=written(tmp_path / "c.jsonl", log))


@pytest.fixture
def watched(ruin) -> list[dict[str, Any]]:
    """The log of a watcher who saw the first session from its third event to its end."""
    query = f"""
        SELECT session_id, seq, type, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), data
        FROM session_events WHERE session_id = {FIRST} AND seq > 2 ORDER BY seq
    """
    return [
        {
            "watcher": "w1",
            "session_id": session_id,
            "after": 2,
            "frame": {"seq": seq, "type": type, "session_id": session_id, "at": at, "data": data},
        }
        for session_id, seq, type, at, data in ruin.rows(query)
    ]


def test_a_watcher_who_saw_everything_once_passes_also_after_coming_back(ruin, watched, tmp_path):
    first, second = watched[:10], [line | {"after": watched[9]["frame"]["seq"]} for line in watched[10:]]
    hello = watched[0] | {"frame": {"type": "hello", "session_id": watched[0]["session_id"], "last_seq": 3}}

    assert ruin.found(ws_log=written(tmp_path / "w.jsonl", [hello, *first, *second])) == set()


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda log: log.pop(5), kinds.GAP),
        (lambda log: log.pop(), kinds.GAP),
        (lambda log: log.insert(5, log[5]), kinds.TWICE),
        (lambda log: log.append(log[0]), kinds.TWICE),
        (lambda log: log[4]["frame"].update(type="stage_failed"), kinds.GAP),
        (lambda log: log[4]["frame"].update(data={}), kinds.GAP),
    ],
    ids=["missing", "tail", "twice", "out of order", "other type", "other data"],
)
def test_a_watcher_who_was_told_something_else_is_found(ruin, watched, tmp_path, change, kind):
    change(watched)

    assert kind in ruin.found(ws_log=written(tmp_path / "w.jsonl", watched))


# --- what it may know ------------------------------------------------------------------------------------------------


def test_the_checker_imports_nothing_but_the_standard_library_and_the_database_driver():
    foreign = set()
    for path in CHECKER:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0
                names = [node.module or ""]
            else:
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            foreign |= {name for name in names if not name.startswith(("tests.chaos.checking", "psycopg"))}

    assert len(CHECKER) > 5
    assert {name.split(".")[0] for name in foreign} <= sys.stdlib_module_names


def test_text_that_people_can_read_passes():
    for text in ("Grüße", "می‌خواهم", "👩‍👩‍👧", "日本", "‘quoted’ — dash", "line\nnext\ttab", "؀١٢"):
        assert fault_in(text) == ""
    for text in ("\x00", "a\x1b[0m", "\ud800", "\u202e", "\ufeff", "\U000e0041", "\u200b", "\u2066"):
        assert fault_in({"a": [text]}) != ""
    assert fault_in(float("nan")) != ""
