"""What fails its checks goes back to its author once, as a second paid call; then it stands."""

import asyncio
import json
from decimal import Decimal

import pytest

from agents import providers
from agents.providers import CompletionResponse, ProviderError, Usage
from agents.providers.simulator import SimulatorProvider
from sessions_app.engine import agent
from sessions_app.engine.apply import apply
from sessions_app.models import ExecutionSession, LLMCall
from sessions_app.rules.decisions import record_decision
from sessions_app.rules.questions import answer_question
from sessions_app.tests.factories import event_types, make_session
from sessions_app.tests.test_worker import _connections_of_threads_are_ended, status_after, worker
from tests.services import eventually

__all__ = ["_connections_of_threads_are_ended", "worker"]  # fixtures
pytestmark = pytest.mark.django_db(transaction=True)
GOOD = SimulatorProvider()
NONSENSE = "I cannot help with this request."


class Author:
    """A provider on the simulator's place whose architect answers as told, first and when asked to mend."""

    name = "simulator"

    def __init__(self, first, second) -> None:
        self.steps = {"deliver": first, "repair": second}
        self.asked: list = []
        self.slow_seconds = 0
        self.cost_usd = Decimal("0.001")

    async def complete(self, request, **call):
        answer = await GOOD.complete(request, **call)
        if request.assignment.role.key != "architect":
            return answer
        self.asked.append(request)
        said = self.steps[request.step]
        if isinstance(said, Exception):
            raise said
        text = said if isinstance(said, str) else json.dumps(said(json.loads(answer.text)))
        if request.step == "repair":
            await asyncio.sleep(self.slow_seconds)
        return CompletionResponse(
            text,
            request.model,
            self.name,
            Usage(10, 10),
            self.cost_usd,
            True,
            latency_ms=1,
            first_token_ms=1,
        )

    async def health(self, endpoint):
        return await GOOD.health(endpoint)


def without(*paths: str):
    """Leave files out of what the simulator writes."""

    def leave_out(deliverable):
        kept = [file for file in deliverable["artifacts"] if file["path"] not in paths]
        return deliverable | {"artifacts": kept}

    return leave_out


def as_it_is(deliverable):
    return deliverable


def silent(deliverable):
    return deliverable | {"questions": []}


@pytest.fixture
def author(monkeypatch, settings):
    settings.CALL_TOTAL_SECONDS = 20
    settings.CALL_RETRIES = 0
    monkeypatch.setattr("sessions_app.engine.paid_calls.OVERTIME_SECONDS", 5)
    monkeypatch.setattr("sessions_app.rules.agent_tasks.RETRY_STEP_SECONDS", 0)

    def answers(first, second) -> Author:
        told = Author(first, second)
        monkeypatch.setitem(providers._PROVIDERS, "simulator", told)
        return told

    return answers


def calls_of(session: ExecutionSession, role: str = "architect") -> list[tuple[str, str]]:
    rows = LLMCall.objects.filter(agent_task__session=session, agent_task__agent_role=role).order_by("id")
    return list(rows.values_list("call_key", "status"))


def told(session: ExecutionSession) -> str:
    check = session.checks.get(name="repair", agent_task__agent_role="architect")
    return f"{check.status}: {check.message}"


def test_a_bad_file_of_the_simulator_is_mended_by_its_author_when_told(worker, settings):
    settings.SIMULATOR_FAULTS = "bad_artifact:1"
    session = make_session()

    assert status_after(session, seconds=60) == "completed"

    for role in session.tasks.values_list("agent_role", flat=True):
        assert calls_of(session, role) == [("r1:deliver:1", "succeeded"), ("r1:repair:1", "succeeded")]
    assert not session.checks.filter(reviewed_stage=None, status="failed").exists()
    assert session.checks.filter(name="repair", status="passed").count() == 7
    assert set(session.artifacts.values_list("version", flat=True)) == {1}  # the bad ones were never handed in
    snapshot = session.tasks.first().snapshots.get()
    assert "mended" in snapshot.execution_metadata["repair"]


def test_the_author_is_told_what_is_wrong_with_which_file(worker, author):
    asked = author(without("domain.json"), as_it_is).asked
    session = make_session()

    assert status_after(session, seconds=60) == "completed"

    first, second = asked
    assert (first.step, second.step) == ("deliver", "repair")
    assert second.messages[: len(first.messages)] == first.messages
    assert second.messages[-2][0] == "assistant"
    assert "owes domain.json, and it is missing" in second.messages[-1][1]


def test_an_answer_that_asks_a_person_first_is_not_mended_and_keeps_its_questions(worker, author):
    author(lambda work: without("domain.json")(work) | {"questions": [{"text": "For whom?", "default": "all"}]}, silent)
    session = make_session(question_seconds=3600)

    eventually(lambda: session.tasks.filter(status="waiting").exists(), what="a question to a person")

    assert calls_of(session) == [("r1:deliver:1", "succeeded")]
    question = session.questions.get()
    user = session.user
    apply(session.pk, answer_question, question.pk, user_id=user.pk, by=user.username, answer="Members")
    assert status_after(session, seconds=60) == "completed"
    assert calls_of(session)[1:] == [("r1:deliver:2", "succeeded"), ("r1:repair:2", "succeeded")]


def test_what_the_author_does_not_mend_stands_as_failed_and_the_work_goes_on(worker, author):
    author(without("domain.json"), without("domain.json"))
    session = make_session()

    assert status_after(session, seconds=60) == "completed"

    assert len(calls_of(session)) == 2
    assert session.checks.filter(name="owed", status="failed", agent_task__agent_role="architect").count() == 1
    assert told(session) == "warning: 1 fault went back to the author once; 1 stay"


def test_a_repair_that_is_worse_does_not_take_the_place_of_the_first_answer(worker, author):
    author(without("domain.json"), without("domain.json", "docs/architecture.md"))
    session = make_session()

    assert status_after(session, seconds=60) == "completed"

    assert session.artifacts.filter(path="docs/architecture.md").exists()
    assert told(session) == "warning: 1 fault went back to the author once; the first answer stands"


def test_an_answer_that_is_no_deliverable_is_asked_for_again_before_the_attempt_fails(worker, author):
    asked = author(NONSENSE, as_it_is).asked
    session = make_session()

    assert status_after(session, seconds=60) == "completed"

    assert "no JSON" in asked[1].messages[-1][1]
    assert session.tasks.get(agent_role="architect").retry_count == 0
    assert told(session) == "passed: The first answer was no deliverable; its author mended that when told"


def test_nonsense_in_place_of_a_repair_leaves_the_first_answer(worker, author):
    author(without("domain.json"), NONSENSE)
    session = make_session()

    assert status_after(session, seconds=60) == "completed"

    assert "the first answer stands" in told(session)


@pytest.mark.parametrize(("billed", "status"), [(True, "unconfirmed"), (False, "failed")])
def test_a_repair_that_gives_no_answer_is_left_out(worker, author, billed, status):
    author(without("domain.json"), ProviderError("It answers 529", code="overloaded", passing=True, billed=billed))
    session = make_session()

    assert status_after(session, seconds=60) == "completed"

    assert calls_of(session) == [("r1:deliver:1", "succeeded"), ("r1:repair:1", status)]
    assert told(session) == "warning: Nothing was mended of 1 fault: It answers 529"
    assert "agent_task_failed" not in event_types(session)


def test_a_repair_that_takes_too_long_is_given_up_and_counts_as_spent(worker, author, settings, monkeypatch):
    settings.CALL_TOTAL_SECONDS = 1
    monkeypatch.setattr("sessions_app.engine.paid_calls.OVERTIME_SECONDS", 0.1)
    author(without("domain.json"), as_it_is).slow_seconds = 60
    session = make_session()

    assert status_after(session, seconds=60) == "completed"

    assert calls_of(session)[-1] == ("r1:repair:1", "unconfirmed")
    assert told(session) == "warning: Nothing was mended of 1 fault: Timeout after 1 s"


def test_a_repair_that_the_budget_does_not_allow_is_left_out_and_nothing_is_lost(worker, author):
    author(without("domain.json"), as_it_is).cost_usd = Decimal("0.3")
    session = make_session(budget_usd="0.60")  # a call of the architect is estimated at half a dollar

    while not session.tasks.filter(agent_role="architect", status="completed").exists():
        session.refresh_from_db()
        assert not session.is_terminal

    assert calls_of(session) == [("r1:deliver:1", "succeeded")]
    assert "the budget (session) does not allow it" in told(session)
    assert session.artifacts.filter(path="docs/architecture.md").exists()


def test_finished_calls_are_replayed_and_never_paid_again(worker, author, monkeypatch):
    asked = author(without("domain.json"), as_it_is).asked
    complete, broken = agent.complete_task, []

    def break_once(state, held, handover, **more):
        if not broken:
            broken.append(held)
            raise ValueError("as if the process had died here")
        return complete(state, held, handover, **more)

    monkeypatch.setattr(agent, "complete_task", break_once)
    session = make_session()

    assert status_after(session, seconds=60) == "completed"

    assert len(asked) == 2
    assert [status for _, status in calls_of(session)] == ["succeeded", "succeeded"]
    assert session.tasks.get(agent_role="architect").attempt == 2


def test_what_a_person_decides_while_a_stage_is_reviewed_is_in_the_review(worker, monkeypatch):
    reviewing, seen = agent.review_with, []

    def decided_meanwhile(material, handover):
        if not seen:
            session = ExecutionSession.objects.latest("pk")
            apply(session.pk, record_decision, user_id=session.user_id, by=session.user.username, text="No e-mail")
        seen.append([decision.text for decision in material.bundle.human_decisions])
        return reviewing(material, handover)

    monkeypatch.setattr(agent, "review_with", decided_meanwhile)
    session = make_session()

    assert status_after(session, seconds=60) == "completed"

    assert seen[:2] == [[], ["No e-mail"]]
    assert len(calls_of(session)) == 1
