"""What keeps a recording from being played, what a replay tells, and what it must not do to others."""

import re
import time
from dataclasses import replace
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.tests.factories import browser_of, make_user
from agents import prompts
from agents.checks.result import failed
from sessions_app.engine import examination
from sessions_app.engine.apply import apply
from sessions_app.errors import NotAllowed, NotReachable
from sessions_app.models import ExecutionSession, LLMCall
from sessions_app.queries.estimates import load_estimates
from sessions_app.replay.errors import CannotReplay, TookAnotherWay
from sessions_app.rules.gates import approve_gate
from sessions_app.tests.factories import make_session
from sessions_app.tests.recordings import BRIEF, SCENARIOS, ended, gate_of, wait_for
from sessions_app.tests.replays import (
    in_another_thread,
    interrupt,
    replayed,
    waiting_messages,
)
from sessions_app.tests.test_worker import _connections_of_threads_are_ended, worker
from teams.roles import Role
from teams.tests.factories import join

__all__ = ["_connections_of_threads_are_ended", "worker"]  # fixtures
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_session_that_still_moves_is_replayed_up_to_a_finished_task_only(worker, settings):
    settings.SIMULATOR_LATENCY = 1.5
    session = make_session(brief=BRIEF)
    wait_for(session, session.tasks.filter(stage__number=2, status="running").exists)

    with pytest.raises(CannotReplay, match="still moving"):
        replayed(session)
    with pytest.raises(CannotReplay, match="has not completed"):
        replayed(session, until="dba")
    assert replayed(session, until="architect").differences == []


@pytest.mark.parametrize("erased", [{"request": None, "response": None}, {"response": None}])
def test_what_has_been_erased_cannot_be_replayed(worker, erased):
    session = ended(make_session(brief=BRIEF))
    LLMCall.objects.filter(pk=session.llm_calls.first().pk).update(**erased)

    with pytest.raises(CannotReplay, match="model calls has been erased"):
        replayed(session)


def test_who_may_not_start_a_session_in_the_team_may_not_replay_one(worker):
    session = ended(make_session(brief=BRIEF))

    with pytest.raises(NotAllowed):
        replayed(session, user=join(session.team, role=Role.VIEWER))
    with pytest.raises(NotReachable):
        replayed(session, user=make_user())


def test_whoever_replays_takes_the_place_of_who_began_and_all_others_keep_their_names(worker):
    session = make_session(brief=BRIEF, gates=[1])
    approver, colleague = join(session.team), join(session.team)
    gate = gate_of(session, stage=1)
    apply(session.pk, approve_gate, gate.pk, user_id=approver.pk, by=approver.username)
    ended(session)

    found = replayed(session, user=colleague)

    again = ExecutionSession.objects.get(pk=found.session_id)
    assert found.differences == []
    assert again.user == colleague
    assert again.events.get(type="session_started").data["by"] == colleague.username
    assert again.gates.get().decided_by == approver


def test_another_prompt_is_told_and_is_no_failure(worker, monkeypatch):
    session = ended(make_session(brief=BRIEF))
    before = prompts.system_prompt
    monkeypatch.setattr(prompts, "system_prompt", lambda assignment: f"{before(assignment)}\n- Be kind.")

    found = replayed(session)

    assert found.differences == []
    assert len(found.notes) == 7
    assert found.notes[0].startswith("The prompt of architect (r1:deliver:1, try 1) differs")


def test_a_check_that_says_something_else_is_a_difference_with_its_place(worker, monkeypatch):
    session = ended(make_session(brief=BRIEF))
    add_a_warning(monkeypatch)

    found = replayed(session)

    event = session.events.filter(type="check_finished").earliest("seq")
    assert found.differences[0] == f"events[{event.seq}].data.warnings: recorded 0, now 1"
    assert ExecutionSession.objects.get(pk=found.session_id).status == "completed"


def test_a_replay_that_takes_another_way_says_where_and_leaves_nothing(worker, settings, monkeypatch):
    session = SCENARIOS["gates with rules"][0](settings, monkeypatch)
    add_a_warning(monkeypatch)
    monkeypatch.setattr("sessions_app.rules.stages.why_not", lambda *_: "it is Friday")
    before = ExecutionSession.objects.count(), LLMCall.objects.count()

    with pytest.raises(TookAnotherWay) as refusal:
        replayed(session)

    told = r"Event \d+ of the recording is gate_approved, and now it is gate_opened. Before that, events\[\d+\].data"
    assert re.match(told, refusal.value.detail)
    assert (ExecutionSession.objects.count(), LLMCall.objects.count()) == before


def add_a_warning(monkeypatch) -> None:
    """From now on a check finds something in every deliverable."""
    check, dull = (
        examination.check_deliverable,
        replace(failed("tone", None, "Dull", "Write it anew"), status="warning"),
    )
    monkeypatch.setattr(examination, "check_deliverable", lambda *given: [*check(*given), dull])


def test_what_ends_a_replay_in_the_middle_leaves_nothing_that_a_worker_could_run(worker, monkeypatch):
    session = ended(make_session(brief=BRIEF))
    before = ExecutionSession.objects.count(), LLMCall.objects.count(), waiting_messages()
    monkeypatch.setattr("sessions_app.replay.desk.review_with", interrupt)

    with pytest.raises(KeyboardInterrupt):
        replayed(session)

    assert (ExecutionSession.objects.count(), LLMCall.objects.count(), waiting_messages()) == before


def test_running_sessions_of_the_team_are_not_held_up_by_a_replay(worker, monkeypatch):
    """In the middle of the replay another session of the team runs to its end."""
    session = ended(make_session(brief=BRIEF))
    neighbours = []
    review = examination.examine

    def with_a_neighbour(*args):
        if not neighbours:
            neighbours.append(in_another_thread(lambda: make_session(session.team, brief=BRIEF).pk))
            ends = time.monotonic() + 30
            while not in_another_thread(lambda: ExecutionSession.objects.get(pk=neighbours[0]).is_terminal):
                assert time.monotonic() < ends
                time.sleep(0.05)
        return review(*args)

    monkeypatch.setattr("sessions_app.replay.desk.examine", with_a_neighbour)

    assert replayed(session).differences == []
    assert ExecutionSession.objects.get(pk=neighbours[0]).status == "completed"


@pytest.mark.nightly
def test_a_replay_can_itself_be_replayed(worker, settings, monkeypatch):
    session = SCENARIOS["gates, rejected"][0](settings, monkeypatch)
    once = ExecutionSession.objects.get(pk=replayed(session, until="dba").session_id)

    twice = replayed(once)

    assert twice.differences == []
    assert ExecutionSession.objects.get(pk=twice.session_id).replay_of == once.chain_id


def test_page_and_api_say_what_a_session_replays(worker):
    session = ended(make_session(brief=BRIEF))
    again = replayed(session).session_id
    browser = browser_of(session.user)

    page = browser.get(reverse("sessions:detail", args=[again])).content.decode()
    told = browser.get(f"/api/v1/sessions/{again}").json()

    half = replayed(session, until="architect").session_id
    assert "The replay ends here" in browser.get(reverse("sessions:detail", args=[half])).content.decode()
    assert f'<a class="link" href="/sessions/{session.pk}/">#{session.pk}</a>, offline; nothing was paid' in page
    assert told["replay_of"] == str(session.chain_id)
    assert browser.get(f"/api/v1/sessions/{session.pk}").json()["replay_of"] is None


def test_a_replay_of_a_session_that_was_deleted_since_says_that_its_recording_is_not_here(db):
    again = make_session()
    ExecutionSession.objects.filter(pk=again.pk).update(replay_of=uuid4())

    page = browser_of(again.user).get(reverse("sessions:detail", args=[again.pk])).content.decode()

    assert "Replay of a recording that is not here, offline" in page


def test_what_a_replay_took_and_cost_is_no_experience(worker, settings):
    settings.SIMULATOR_LATENCY = 0.3
    session = ended(make_session(brief=BRIEF))
    before = load_estimates([session.team_id])

    replayed(session)

    assert load_estimates([session.team_id]) == before
