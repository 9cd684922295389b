"""Whatever is changed behind the engine's back is found, and named."""

import json
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tests.factories import undone
from sessions_app.engine.apply import apply, create
from sessions_app.engine.fork_source import fork_source
from sessions_app.errors import InvalidInput, NotReachable
from sessions_app.journal.canonical import sha256_of, sha256_text
from sessions_app.journal.chain import data_digest, link, seal, timestamp
from sessions_app.journal.facts import gate_facts
from sessions_app.journal.heads import publish_heads, read_heads
from sessions_app.journal.verdict import Verdict
from sessions_app.journal.verify import verify_everything, verify_session
from sessions_app.models import (
    Artifact,
    ArtifactVersion,
    ChainCheckpoint,
    ExecutionSession,
    Gate,
    LLMCall,
    SessionDecision,
    SessionEvent,
    TaskDecision,
)
from sessions_app.models.session import NO_HASH
from sessions_app.rules.decisions import record_decision
from sessions_app.rules.drafts import draft_fork
from sessions_app.rules.forks import fork_session
from sessions_app.rules.gates import approve_gate, reject_gate
from sessions_app.tests.factories import claim, make_call, make_finished_session, make_session, run_stage

pytestmark = pytest.mark.django_db

GUARDED = ("session_events", "chain_checkpoints", "artifact_versions", "task_decisions", "session_decisions")


@pytest.fixture
def session() -> ExecutionSession:
    """A finished session in which a person decided as well."""
    session = make_session()
    apply(session.pk, record_decision, user_id=session.user_id, by=session.user.username, text="No SMS")
    for _ in session.workflow["stages"]:
        run_stage(session)
    return session


@contextmanager
def behind_the_guards() -> Iterator[None]:
    """Change tables as a superuser could: with the triggers switched off."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("SET LOCAL lock_timeout = '30s'")  # autovacuum gives way to us, but not at once
    for table in GUARDED:
        run(f"ALTER TABLE {table} DISABLE TRIGGER journal_stays")
    yield
    run("SET CONSTRAINTS ALL IMMEDIATE")
    for table in GUARDED:
        run(f"ALTER TABLE {table} ENABLE TRIGGER journal_stays")


def run(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def seal_again(session: ExecutionSession) -> None:
    """Do what a forger who knows the formula does: make the chain follow from the events as they are now."""
    previous = NO_HASH
    events = SessionEvent.objects.filter(session=session).order_by("seq")
    for event in events:
        digest = event.data_sha256 if event.data is None else data_digest(event.data_salt, event.data)
        previous = link(
            previous,
            at=timestamp(event.at),
            chain_id=str(session.chain_id),
            data_sha256=digest,
            seq=event.seq,
            type=event.type,
        )
        SessionEvent.objects.filter(pk=event.pk).update(data_sha256=digest, hash=previous)
    ExecutionSession.objects.filter(pk=session.pk).update(chain_head=previous, last_seq=len(events))


def event_of(session: ExecutionSession, type: str) -> SessionEvent:
    return SessionEvent.objects.filter(session=session, type=type).order_by("seq").first()


def open_gate(session: ExecutionSession, **decided: object) -> Gate:
    return Gate.objects.create(session=session, stage=session.stages.get(number=1), **decided)


def append(session: ExecutionSession, type: str, **data: object) -> None:
    """Add an event to the end of the chain."""
    session.refresh_from_db()
    last = SessionEvent.objects.filter(session=session).order_by("seq").last()
    SessionEvent.objects.create(
        session=session, seq=last.seq + 1, type=type, at=last.at, data=data, data_salt="0" * 32, data_sha256="", hash=""
    )
    with behind_the_guards():
        seal_again(session)


def test_an_untouched_session_is_whole(session):
    verdict = verify_session(session.pk)

    assert verdict.valid
    assert (verdict.events, verdict.head) == (session.last_seq, session.chain_head)
    assert verdict.chain_id == str(session.chain_id)


def test_sessions_in_the_middle_of_their_work_are_whole(session):
    fresh, waiting = make_session(), make_session()
    [architect] = claim(waiting)
    make_call(architect)

    verdicts = list(verify_everything())

    assert [(verdict.session_id, verdict.first_bad) for verdict in verdicts] == [
        (session.pk, None),
        (fresh.pk, None),
        (waiting.pk, None),
    ]


def test_a_gate_that_its_rule_passed_is_whole_and_cannot_be_put_in_by_hand():
    session = make_session(gates={"1": "all checks pass"})
    run_stage(session)

    assert session.gates.get().status == "approved"
    assert verify_session(session.pk).valid

    Gate.objects.create(
        session=session, stage=session.stages.get(number=2), status="approved", opened_at=session.started_at
    )

    assert "has no event that tells of it" in str(verify_session(session.pk).first_bad)


def test_gates_rounds_and_forks_are_whole():
    session = make_session(gates=[1, 2])
    who = {"user_id": session.user_id, "by": session.user.username}
    run_stage(session)
    apply(session.pk, reject_gate, session.gates.get(status="open").pk, **who, feedback="Shorter", roles=["architect"])
    run_stage(session)
    apply(session.pk, approve_gate, session.gates.get(status="open").pk, **who, feedback="Good")
    apply(session.pk, record_decision, **who, text="No SMS")
    run_stage(session)
    wish = draft_fork(session.user, session, after_stage=1, decisions=[{"decision_text": "Use MySQL"}])
    fork_id = create(fork_session, fork_source(session, 1), wish)
    run_stage(ExecutionSession.objects.get(pk=fork_id))

    verdicts = list(verify_everything())

    assert [(verdict.session_id, verdict.first_bad) for verdict in verdicts] == [(session.pk, None), (fork_id, None)]
    assert session.gates.count() == 3


def test_a_session_that_does_not_exist_cannot_be_verified():
    with pytest.raises(NotReachable):
        verify_session(4711)


def change_event(change: str):
    def tamper(session: ExecutionSession) -> str:
        event = event_of(session, "artifact_written")
        run(f"UPDATE session_events SET {change} WHERE id = %s", event.pk)
        return f"event {event.seq} "

    return tamper


def swap_events(session):
    first = event_of(session, "decision_recorded")
    later = SessionEvent.objects.filter(session=session, type="decision_recorded").order_by("seq").last()
    run("UPDATE session_events SET seq = -seq + 100000 WHERE id IN (%s, %s)", first.pk, later.pk)
    run("UPDATE session_events SET seq = %s WHERE id = %s", later.seq, first.pk)
    run("UPDATE session_events SET seq = %s WHERE id = %s", first.seq, later.pk)
    return f"event {first.seq} does not follow from the one before"


def remove_an_event(session):
    run("DELETE FROM session_events WHERE session_id = %s AND seq = 7", session.pk)
    return "event 7 is missing"


def remove_the_tail(session):
    run("DELETE FROM session_events WHERE session_id = %s AND seq > 10", session.pk)
    return f"events 11 to {session.last_seq} are missing"


def remove_the_tail_and_set_the_session_back(session):
    run("DELETE FROM session_events WHERE session_id = %s AND seq > 10", session.pk)
    head = SessionEvent.objects.get(session=session, seq=10).hash
    ExecutionSession.objects.filter(pk=session.pk).update(last_seq=10, chain_head=head)
    return f"events 11 to {session.last_seq} are missing: chain_checkpoints holds the head of event {session.last_seq}"


def remove_all_events(session):
    run("DELETE FROM session_events WHERE session_id = %s", session.pk)
    return f"events 1 to {session.last_seq} are missing"


def erase_only_the_salt(session):
    run("UPDATE session_events SET data_salt = NULL WHERE session_id = %s AND seq = 4", session.pk)
    return "event 4 has lost its data or its salt"


def rewrite_the_chain(session):
    run("UPDATE session_events SET at = at - interval '1 day' WHERE session_id = %s", session.pk)
    seal_again(session)
    return f"event {session.last_seq} or one before it was rewritten: chain_checkpoints holds another head"


def change_the_head(session):
    ExecutionSession.objects.filter(pk=session.pk).update(chain_head="f" * 64)
    return "session has another chain head than its last event"


def untie_the_checkpoints(session):
    ExecutionSession.objects.filter(pk=session.pk).update(last_seq=10)
    run("UPDATE chain_checkpoints SET session_id = NULL, seq = 1000 WHERE session_id = %s", session.pk)
    return f"events {session.last_seq + 1} to 1000 are missing: chain_checkpoints holds"


def let_an_event_follow_the_end(session):
    SessionEvent.objects.create(
        session=session, seq=session.last_seq + 1, type="x", at=session.ended_at, data_sha256="", hash=""
    )
    return f"event {session.last_seq + 1} does not follow"


def give_the_events_to_another_session(session):
    other = make_session()
    run("DELETE FROM session_events WHERE session_id = %s", other.pk)
    run("UPDATE session_events SET session_id = %s WHERE session_id = %s", other.pk, session.pk)
    return f"events 1 to {session.last_seq} are missing"


def change_decision(change: str):
    def tamper(session: ExecutionSession) -> str:
        decision = TaskDecision.objects.filter(session=session).order_by("number")[2]
        run(f"UPDATE task_decisions SET {change} WHERE id = %s", decision.pk)
        seq = SessionEvent.objects.get(session=session, data__decision_id=decision.pk).seq
        return f"decision D-3 (event {seq}) does not say what was recorded"

    return tamper


def give_a_decision_to_another_role(session):
    first, second = TaskDecision.objects.filter(session=session).order_by("number")[:2]
    TaskDecision.objects.filter(pk=first.pk).update(agent_task=second.agent_task)
    return "decision D-1 (event"


def change_what_a_person_decided(session):
    SessionDecision.objects.filter(session=session).update(decision_text="SMS it is")
    return "decision H-1 (event 3) does not say what was recorded"


def let_somebody_else_have_decided(session):
    stranger = User.objects.create_user("stranger", "stranger@example.org", "seven quiet leaves")
    SessionDecision.objects.filter(session=session).update(user=stranger)
    return "decision H-1 (event 3) does not say what was recorded"


def remove_a_decision(session):
    decision = TaskDecision.objects.filter(session=session).order_by("number").first()
    run("DELETE FROM task_decisions WHERE id = %s", decision.pk)
    return "decision D-1 (event"


def insert_a_decision(session):
    decision = TaskDecision.objects.filter(session=session).order_by("number").first()
    decision.pk, decision.number = None, 99
    decision.save(force_insert=True)
    return "decision D-99 has no event that tells of it"


def change_content(session):
    version = ArtifactVersion.objects.filter(artifact__session=session).order_by("pk").last()
    ArtifactVersion.objects.filter(pk=version.pk).update(content="rm -rf /")
    return f"{version.artifact.path} v1 (event"


def change_content_with_its_digest(session):
    version = ArtifactVersion.objects.filter(artifact__session=session).order_by("pk").last()
    ArtifactVersion.objects.filter(pk=version.pk).update(content="rm -rf /", sha256=sha256_text("rm -rf /"))
    return f"{version.artifact.path} v1 (event"


def move_an_artifact(session):
    Artifact.objects.filter(session=session, path="dba/notes.md").update(path="dba/other.md")
    return "dba/notes.md v1 (event"


def remove_a_file(session):
    run("SET CONSTRAINTS ALL DEFERRED")
    run("DELETE FROM artifact_checks WHERE session_id = %s", session.pk)
    version = ArtifactVersion.objects.get(artifact__session=session, artifact__path="dba/notes.md")
    run("DELETE FROM artifact_versions WHERE id = %s", version.pk)
    return "dba/notes.md v1 (event"


def insert_a_version(session):
    version = ArtifactVersion.objects.get(artifact__session=session, artifact__path="dba/notes.md")
    version.pk, version.version = None, 2
    version.save(force_insert=True)
    Artifact.objects.filter(pk=version.artifact_id).update(version=2)
    return "dba/notes.md v2 has no event that tells of it"


def show_no_version(session):
    Artifact.objects.filter(session=session, path="dba/notes.md").update(version=2)
    return "dba/notes.md shows another version than its newest"


def make_a_call_cheaper(session):
    call = LLMCall.objects.filter(session=session).order_by("pk").first()
    LLMCall.objects.filter(pk=call.pk).update(cost_usd="0.000001")
    return f"model call {call.pk} (event"


def remove_a_call(session):
    call = LLMCall.objects.filter(session=session).order_by("pk").first()
    call.delete()
    return "model call"


def insert_a_call(session):
    call = LLMCall.objects.filter(session=session).order_by("pk").first()
    call.pk, call.call_key = None, "r9:deliver:9"
    call.save(force_insert=True)
    return f"model call {call.pk} has no event that tells of it"


def make_a_call_unsettled(session):
    call = LLMCall.objects.filter(session=session).order_by("pk").first()
    LLMCall.objects.filter(pk=call.pk).update(status="reserved")
    return f"model call {call.pk} (event"


def insert_a_gate(session):
    gate = open_gate(session)
    return f"gate {gate.pk} has no event that tells of it"


TAMPERINGS = [
    change_event("data = jsonb_set(data, '{path}', '\"other.md\"')"),
    change_event("data = data || '{\"size\": 1.5}'"),
    change_event("data = '[]'"),
    change_event("type = 'artifact_edited'"),
    change_event("at = at + interval '1 microsecond'"),
    change_event(f"data_sha256 = '{'a' * 64}'"),
    change_event(f"hash = '{'a' * 64}'"),
    change_event(f"data_salt = '{'a' * 32}'"),
    change_event("data = NULL, data_salt = NULL, data_sha256 = 'x'"),
    swap_events,
    remove_an_event,
    remove_the_tail,
    remove_the_tail_and_set_the_session_back,
    remove_all_events,
    erase_only_the_salt,
    rewrite_the_chain,
    change_the_head,
    untie_the_checkpoints,
    let_an_event_follow_the_end,
    give_the_events_to_another_session,
    change_decision("decision_text = 'Other'"),
    change_decision("rationale = 'Other'"),
    change_decision("confidence = 1"),
    change_decision("number = 98"),
    change_decision("alternatives = '[]'"),
    change_decision("alternatives = '[{\"cost\": 1.5}]'"),
    change_decision("requirements = '[]'"),
    give_a_decision_to_another_role,
    change_what_a_person_decided,
    let_somebody_else_have_decided,
    remove_a_decision,
    insert_a_decision,
    change_content,
    change_content_with_its_digest,
    move_an_artifact,
    remove_a_file,
    insert_a_version,
    show_no_version,
    make_a_call_cheaper,
    remove_a_call,
    insert_a_call,
    make_a_call_unsettled,
    insert_a_gate,
]


def test_what_was_tampered_with_is_found_and_named(session, subtests):
    untouched = make_finished_session()
    for number, tamper in enumerate(TAMPERINGS):
        with subtests.test(tamper.__name__, number=number), undone():
            with behind_the_guards():
                expected = tamper(session)

            verdicts = {verdict.session_id: verdict for verdict in verify_everything()}

            assert not verdicts[session.pk].valid
            assert str(verdicts[session.pk].first_bad).startswith(expected)
            assert verdicts[untouched.pk].valid
            assert verify_session(session.pk).first_bad == verdicts[session.pk].first_bad
        session.refresh_from_db()


def test_a_forged_event_that_names_the_row_of_another_session_is_found(session):
    other = make_finished_session()
    decision = other.decisions.order_by("number").first()
    told = SessionEvent.objects.get(session=other, data__decision_id=decision.pk).data

    append(session, "decision_recorded", **told)

    assert str(verify_session(session.pk).first_bad) == f"decision D-1 (event {session.last_seq + 1}) is gone"


def test_a_row_that_two_events_tell_of_is_found(session):
    told = event_of(session, "llm_call_finished").data

    append(session, "llm_call_finished", **told)

    assert str(verify_session(session.pk).first_bad) == f"model call {told['call_id']} is recorded more than once"


@pytest.mark.parametrize("decision_id", ["1", None, -1, 2**70, True, [1]])
def test_a_forged_event_that_names_nonsense_is_found(session, decision_id):
    append(session, "decision_recorded", decision_id=decision_id, number="D-1", text="x", sha256="y")

    assert verify_session(session.pk).first_bad.seq == session.last_seq + 1


@pytest.mark.parametrize("change", ["status = 'rejected'", "feedback = 'Fine'", "roles = '[\"dba\"]'", "round = 2",
                                    "decided_by_id = NULL", "status = 'open'"])  # fmt: skip
def test_gates_say_what_was_decided_or_are_named(session, change):
    gate = open_gate(session, status="approved", decided_by=session.user, feedback="Good")
    facts = {"gate_id": gate.pk, "stage": 1, "round": 1}
    by = session.user.username
    approved = sha256_of(gate_facts(**facts, status="approved", decided_by=by, feedback="Good"))
    append(session, "gate_opened", **facts, sha256=sha256_of(gate_facts(**facts, status="open")))
    append(session, "gate_approved", **facts, by=by, feedback="Good", sha256=approved)
    assert verify_session(session.pk).first_bad is None

    run(f"UPDATE gates SET {change} WHERE id = %s", gate.pk)

    assert verify_session(session.pk).first_bad.what == f"gate {gate.pk}"


def test_a_gate_that_was_decided_without_an_event_is_named(session):
    gate = open_gate(session)
    facts = {"gate_id": gate.pk, "stage": 1, "round": 1}
    append(session, "gate_opened", **facts, sha256=sha256_of(gate_facts(**facts, status="open")))
    assert verify_session(session.pk).valid

    Gate.objects.filter(pk=gate.pk).update(status="approved", decided_by=session.user)

    assert str(verify_session(session.pk).first_bad) == f"gate {gate.pk} has no event that tells of it"


def test_a_person_who_is_called_otherwise_today_breaks_nothing(session):
    User.objects.filter(pk=session.user_id).update(username="ada.lovelace")

    assert verify_session(session.pk).valid


def test_a_decision_that_was_superseded_breaks_nothing(session):
    session.decisions.update(status="superseded")

    assert verify_session(session.pk).valid


def test_requests_and_answers_may_be_erased_under_a_retention_rule(session):
    session.llm_calls.update(request=None, response=None)

    assert verify_session(session.pk).valid


def test_an_event_whose_data_was_erased_leaves_the_chain_whole_and_vouches_for_one_row_less(session):
    told = event_of(session, "decision_recorded")
    with transaction.atomic():
        run("SET LOCAL sage.purge = 'on'")
        run("UPDATE session_events SET data = NULL, data_salt = NULL WHERE id = %s", told.pk)
        run("SET LOCAL sage.purge = 'off'")
    assert verify_session(session.pk).valid

    with behind_the_guards():
        insert_a_decision(session)

    assert verify_session(session.pk).first_bad.problem == "has no event that tells of it"


# --- heads that are kept outside -------------------------------------------------------------------------------------


def test_published_heads_name_chains_and_nothing_else(session, tmp_path):
    file = tmp_path / "heads.jsonl"

    published = publish_heads(file, verify_everything())

    [line] = file.read_text().splitlines()
    assert published == 1
    assert json.loads(line).keys() == {"at", "chain_id", "head", "seq"}
    assert json.loads(line)["chain_id"] == str(session.chain_id)
    assert read_heads(file)[str(session.chain_id)][0].head == session.chain_head


def test_a_head_is_published_once_and_the_file_only_grows(session, tmp_path):
    file = tmp_path / "heads.jsonl"
    publish_heads(file, verify_everything())
    before = file.read_text()
    make_session(session.team)

    assert publish_heads(file, verify_everything()) == 1
    assert publish_heads(file, verify_everything()) == 0

    assert file.read_text().startswith(before)


def rewrite_everything(session):
    """Change a file, its event and the chain, and the checkpoints too: in itself the journal is whole again."""
    version = ArtifactVersion.objects.filter(artifact__session=session).first()
    told = SessionEvent.objects.get(session=session, data__artifact_id=version.artifact_id)
    ArtifactVersion.objects.filter(pk=version.pk).update(content="x", sha256=sha256_text("x"))
    SessionEvent.objects.filter(pk=told.pk).update(data={**told.data, "sha256": sha256_text("x")})
    seal_again(session)
    session.refresh_from_db()
    ChainCheckpoint.objects.filter(session=session).update(head=session.chain_head)
    return f"event {session.last_seq} or one before it was rewritten: "


def cut_the_tail_everywhere(session):
    """Take the session back to before its end, with everything that tells of the end."""
    last = session.last_seq
    run("DELETE FROM session_events WHERE session_id = %s AND seq = %s", session.pk, last)
    head = SessionEvent.objects.get(session=session, seq=last - 1).hash
    ExecutionSession.objects.filter(pk=session.pk).update(last_seq=last - 1, chain_head=head)
    run("DELETE FROM chain_checkpoints WHERE session_id = %s", session.pk)
    return f"event {last} is missing: "


def remove_the_session(session):
    run("SET CONSTRAINTS ALL DEFERRED")
    run("DELETE FROM chain_checkpoints WHERE session_id = %s", session.pk)
    session.delete()
    return "session is gone, and no tombstone says that it was purged"


@pytest.mark.parametrize("forge", [rewrite_everything, cut_the_tail_everywhere, remove_the_session])
def test_a_forgery_that_is_whole_in_itself_is_found_by_a_head_kept_outside(session, forge, tmp_path):
    file = tmp_path / "heads.jsonl"
    publish_heads(file, verify_everything())
    with behind_the_guards():
        expected = forge(session)
    assert all(verdict.valid for verdict in verify_everything())

    [verdict] = verify_everything(published=read_heads(file))

    assert str(verdict.first_bad).startswith(expected)
    assert publish_heads(file, [verdict]) == 0


def test_a_session_that_vanished_but_left_its_checkpoints_is_found_without_a_file(session):
    with behind_the_guards():
        session.delete()

    [verdict] = verify_everything()

    assert (verdict.session_id, verdict.chain_id) == (None, str(session.chain_id))
    assert str(verdict.first_bad) == "session is gone, and no tombstone says that it was purged"


def test_a_session_that_has_gone_on_since_its_head_was_published_is_whole(tmp_path):
    session = make_session()
    publish_heads(tmp_path / "heads", verify_everything())
    run_stage(session)

    [verdict] = verify_everything(published=read_heads(tmp_path / "heads"))

    assert verdict.valid


@pytest.mark.parametrize("line", ["", "{}", "[]", "1", '{"chain_id": "x", "seq": 1, "head": "y"}', "no json", "\x00"])
def test_a_file_that_holds_no_heads_is_refused_with_the_number_of_the_line(tmp_path, line):
    (tmp_path / "heads").write_text(f"{line}\n")

    with pytest.raises(InvalidInput) as refusal:
        read_heads(tmp_path / "heads")

    assert "Line 1 of" in refusal.value.errors["checkpoints"][0]


# --- while others write, and how much it takes -----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_session_that_is_written_to_meanwhile_is_seen_at_one_moment():
    session = make_session()
    stop = threading.Event()

    def write() -> None:
        try:
            while not stop.is_set():
                apply(session.pk, record_decision, user_id=session.user_id, by=session.user.username, text="On")
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    verdicts: list[Verdict] = [verify_session(session.pk) for _ in range(30)]
    stop.set()
    writer.join()

    assert [verdict.first_bad for verdict in verdicts] == [None] * 30
    assert verdicts[-1].events > verdicts[0].events


def test_the_number_of_queries_does_not_grow_with_the_number_of_sessions():
    make_finished_session()
    with CaptureQueriesContext(connection) as for_one:
        list(verify_everything())
    make_finished_session()
    make_finished_session()

    with CaptureQueriesContext(connection) as for_three:
        list(verify_everything())

    assert len(for_three) == len(for_one)


def test_a_long_session_is_read_some_events_at_a_time():
    session = make_session()
    last = SessionEvent.objects.filter(session=session).order_by("seq").last()
    seq, previous, rows = last.seq, last.hash, []
    for number in range(12_000):
        seq += 1
        data = {"question_id": number, "text": "Which? " * 20}
        sealed = seal(previous, at=last.at, chain_id=str(session.chain_id), seq=seq, type="question_asked", data=data)
        previous = sealed.hash
        rows.append(SessionEvent(session=session, **{**vars(sealed), "at": last.at}))
    SessionEvent.objects.bulk_create(rows, batch_size=2_000)
    del rows
    ExecutionSession.objects.filter(pk=session.pk).update(last_seq=seq, chain_head=previous)

    tracemalloc.start()
    verdict = verify_session(session.pk)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (verdict.events, verdict.first_bad) == (seq, None)
    assert peak < 10_000_000  # twice what 2,000 of them take
