"""A recording as a file: what it holds, where it can be played, and what somebody may have done to it."""

import copy
import json
import random

import orjson
import pytest

from accounts.tests.factories import make_user
from agents import providers
from sessions_app.errors import InvalidInput, Refusal
from sessions_app.journal.verify import verify_session
from sessions_app.models import ExecutionSession, LLMCall
from sessions_app.replay import cassette
from sessions_app.replay.cassette import cassette_of, read_cassette, recording_in
from sessions_app.replay.reading import recording_of
from sessions_app.replay.replaying import replay
from sessions_app.tests.factories import make_session
from sessions_app.tests.recordings import BRIEF, SCENARIOS, decide, ended
from sessions_app.tests.replays import files_of
from sessions_app.tests.test_worker import Answering, _connections_of_threads_are_ended, worker
from teams.tests.factories import make_team

__all__ = ["_connections_of_threads_are_ended", "worker"]  # fixtures
pytestmark = pytest.mark.django_db(transaction=True)
SCENARIOS_WITH_PEOPLE = [
    "gates, rejected",
    "steered",
    pytest.param("questions to people", marks=pytest.mark.nightly),
    "cancelled",
    pytest.param("ended by a person", marks=pytest.mark.nightly),
    pytest.param("a fork", marks=pytest.mark.nightly),
]


RECORDED: list[bytes] = []  # once, for whichever test comes first


@pytest.fixture
def small(request, monkeypatch) -> dict:
    """A cassette of a session in which little is said."""
    if not RECORDED:
        request.getfixturevalue("worker")
        text = json.dumps({"summary": "Done", "artifacts": [{"path": "notes.md", "content": "All is well."}]})
        monkeypatch.setitem(providers._PROVIDERS, "simulator", Answering(text))
        session = make_session(brief=BRIEF)
        decide(session, "Nobody extends a loan.")
        ended(session)
        RECORDED.append(cassette_of(recording_of(session.pk))[0])
    return orjson.loads(RECORDED[0])


def played(recording) -> ExecutionSession:
    """Play a recording in another team, in the name of somebody who was never in it."""
    user = make_user()
    found = replay(recording, team_id=make_team(user).pk, user=user, in_their_names=False)
    assert found.differences == []
    return ExecutionSession.objects.get(pk=found.session_id)


@pytest.mark.parametrize("name", SCENARIOS_WITH_PEOPLE)
def test_a_cassette_is_played_in_another_team_in_the_name_of_who_brings_it(worker, settings, monkeypatch, name):
    session = SCENARIOS[name][0](settings, monkeypatch)
    content, redacted = cassette_of(recording_of(session.pk))
    recording = read_cassette(content)
    assert (recording, redacted) == (recording_of(session.pk), 0)

    again = played(recording)

    assert files_of(again.pk) == files_of(session.pk)
    assert (again.status, again.replay_of, again.spent_usd) == (session.status, session.chain_id, 0)
    people = {event.data["by"] for event in again.events.all() if "by" in event.data}
    assert people == {again.user.username}
    assert again.parent is None
    assert verify_session(again.pk).valid


def test_secrets_are_taken_out_and_their_number_is_told(worker, settings):
    settings.OPENAI_API_KEY = "canary-of-an-operator-0123456789"
    form = "sk-ant-api03-canary0123456789canary0123456789"
    session = make_session(brief=f"{BRIEF} Use {form} for tests.", feature_name="Lending")
    decide(session, f"Call the service with {settings.OPENAI_API_KEY}.")
    ended(session)

    content, redacted = cassette_of(recording_of(session.pk))

    assert redacted >= 2
    assert settings.OPENAI_API_KEY.encode() not in content
    assert form.encode() not in content
    assert b"[redacted]" in content
    assert read_cassette(content).redacted == redacted


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[]", "format 1"),
        (b'{"format": 2}', "format 1"),
        (b'{"format": 1}', "no whole cassette"),
        (b'{"format": 1, "x": "\\u0000"}', "cannot be stored"),
        (b'{"format": 1, "x": ' + b"[" * 80 + b"]" * 80 + b"}", "nested too deep"),
    ],
)
def test_what_is_no_cassette_is_refused_with_a_sentence(content, said):
    with pytest.raises(InvalidInput) as refusal:
        read_cassette(content)

    assert said in " ".join(refusal.value.errors["cassette"])


def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(cassette, "LARGEST_BYTES", 1024**2)
    (tmp_path / "large").write_bytes(b" " * (1024**2 + 1))

    for name, said in (("none", "cannot be read"), ("large", "at most 1 MB"), (".", "cannot be read")):
        with pytest.raises(InvalidInput) as refusal:
            recording_in(tmp_path / name)
        assert said in refusal.value.errors["cassette"][0]


def of(cassette: dict, type: str) -> dict:
    """The data of the first event of a type."""
    return next(event["data"] for event in cassette["events"] if event["type"] == type)


FAULTS = {
    "an event of no known type": lambda it: it["events"][3].update(type="session_exploded"),
    "an event with a field of its own": lambda it: it["events"][3]["data"].update(shell="rm"),
    "an event that lacks a field": lambda it: of(it, "stage_started").pop("stage"),
    "a call without its answer": lambda it: it["calls"][0].update(answer=None),
    "an answer that was never given": lambda it: it["calls"].pop(0),
    "a role that nobody knows": lambda it: it["start"]["workflow"]["stages"][0]["tasks"][0].update(role="poet"),
    "stages without order": lambda it: it["start"]["workflow"]["stages"][0].update(number=4),
    "a gate that asks for what cannot be": lambda it: it["start"]["workflow"]["stages"][0].update(gate="be kind"),
    "a beginning in the middle": lambda it: it["events"].pop(0),
    "an end before its time": lambda it: it["events"].__delitem__(slice(-3, -1)),
    "a task of nobody": lambda it: of(it, "agent_task_started").update(task_id=0),
    "a stage that is not there": lambda it: of(it, "agent_task_started").update(stage=99),
    "a time limit that is none": lambda it: of(it, "agent_task_started").update(timeout_seconds="soon"),
    "a name as long as a book": lambda it: it["start"].update(feature_name="x" * 256),
    "a budget below zero": lambda it: it["start"].update(budget_usd="-1"),
    "a decision of which nothing is told": lambda it: it["session_decisions"].clear(),
    "numbers that no database takes": lambda it: it["calls"][0].update(input_tokens=2**60),
    "a fork that is none": lambda it: it.update(fork={}),
    "models that are none": lambda it: it["start"]["workflow"].update(models={"model": "simulator", "roles": 5}),
    "a temperature that is none": lambda it: it["start"]["workflow"]["models"].update(temperature="hot"),
    "an answer without end": lambda it: it["start"]["workflow"]["models"].update(max_tokens=10**15),
    "a call that is a list": lambda it: of(it, "llm_call_finished").update(call_id=[1]),
    "a call by another name": lambda it: of(it, "llm_call_finished").update(call_id="first"),
    "a task by another name": lambda it: of(it, "agent_task_started").update(task_id="architect"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_cassette_that_was_tampered_with_is_refused_and_leaves_nothing(small, name):
    FAULTS[name](small)
    before = ExecutionSession.objects.count(), LLMCall.objects.count()

    with pytest.raises(Refusal) as refusal:
        played(read_cassette(orjson.dumps(small)))

    assert refusal.value.status in (400, 409)
    assert (ExecutionSession.objects.count(), LLMCall.objects.count()) == before


def test_another_answer_comes_to_something_else_and_that_is_told(small):
    small["calls"][1]["answer"]["text"] = small["calls"][1]["answer"]["text"].replace("All is well", "All is lost")
    user = make_user()

    found = replay(read_cassette(orjson.dumps(small)), team_id=make_team(user).pk, user=user, in_their_names=False)

    written = next(place for place, event in enumerate(small["events"], 1) if event["type"] == "artifact_written")
    assert found.differences[0].startswith(f"events[{written}].data.sha256: recorded ")


def test_a_recording_of_a_former_version_is_the_same_without_what_that_did_not_tell(small):
    """The model that wrote a deliverable stands in journals since models can stand in for each other."""
    small["start"]["workflow"].pop("models")
    for event in small["events"]:
        if event["type"] == "agent_task_completed":
            event["data"].pop("model")

    assert played(read_cassette(orjson.dumps(small))).status == "completed"


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("session", {"id": [1]}),
        ("session", {"status": {"type": ["decision_recorded"], "data": 5}}),
        ("session", {"status": {"type": "decision_recorded", "data": 5}}),
        ("decision", {"id": {"a": 1}}),
        ("session", {"number": ["x" * 10_000]}),
    ],
)
def test_an_end_that_makes_no_sense_is_a_difference(small, part, told):
    """What a replay has to come to is read after it: by then the new session is there, and has to be named."""
    (small["session"] if part == "session" else small["session_decisions"][0]).update(told)
    user = make_user()

    found = replay(read_cassette(orjson.dumps(small)), team_id=make_team(user).pk, user=user, in_their_names=False)

    assert found.differences or told == {"id": [1]}  # an id has its place, whatever it is
    assert all(len(line) < 1_000 for line in found.differences)


def test_no_damage_to_a_cassette_is_an_error_of_ours(small):
    """Values are put in each other's places; whatever it then says is played, or refused."""
    dice, user = random.Random(11), make_user()
    team = make_team(user)
    outcomes = set()
    for _ in range(60):
        damaged = copy.deepcopy(small)
        damage(damaged["events"] if dice.random() < 0.7 else damaged, dice)
        try:
            recording = read_cassette(orjson.dumps(damaged))
            outcomes.add(bool(replay(recording, team_id=team.pk, user=user, in_their_names=False).differences))
        except Refusal as refusal:
            outcomes.add(refusal.status)

    assert {True, 400, 409} <= outcomes
    assert not ExecutionSession.objects.filter(team=team, status="active").exists()


def damage(value, dice: random.Random) -> None:
    """Replace one value somewhere inside by another one."""
    while True:
        key = dice.choice(list(value)) if isinstance(value, dict) else dice.randrange(len(value))
        inner = value[key]
        if isinstance(inner, dict | list) and inner and dice.random() < 0.9:
            value = inner
            continue
        value[key] = dice.choice([None, -1, 10**18, 1.5, "", "x" * 3000, [], {}, True, ["a"], {"a": 1}])
        return


def test_a_cassette_of_a_session_that_moved_is_played_to_a_finished_task_only(worker, settings):
    settings.SIMULATOR_LATENCY = 1.0
    session = make_session(brief=BRIEF)
    while not session.tasks.filter(stage__number=2, status="running").exists():
        session.refresh_from_db()
    recording = read_cassette(cassette_of(recording_of(session.pk))[0])

    user = make_user()
    with pytest.raises(Refusal, match="still moving"):
        replay(recording, team_id=make_team(user).pk, user=user, in_their_names=False)
    found = replay(recording, team_id=make_team(user).pk, user=user, in_their_names=False, until="architect")

    assert found.differences == []
    assert ExecutionSession.objects.get(pk=found.session_id).status == "paused"
