"""What lists, dashboard and session page read: the right facts in a fixed number of queries."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from sessions_app.engine.apply import apply
from sessions_app.models import AgentTask, ExecutionSession, SessionStatus
from sessions_app.queries.estimates import TaskTiming, load_estimates, progress, seconds_left
from sessions_app.queries.sessions import dashboard, get_session, session_detail, sessions_of, summaries
from sessions_app.rules.decisions import record_decision
from sessions_app.rules.sessions import delete_session, end_session
from sessions_app.tests.factories import claim, make_call, make_finished_session, make_session, run_stage
from teams.tests.factories import Cast, make_cast, make_team

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def test_a_session_page_costs_the_same_however_much_the_session_holds(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    bare, full = make_session(cast.team), make_finished_session(cast.team)
    for number in range(5):
        apply(bare.pk, record_decision, user_id=cast.owner.pk, by="owner", text=f"Decision {number}")

    for pk in (bare.pk, full.pk):
        with django_assert_num_queries(9):
            session_detail(get_session(cast.member, pk))


def test_the_detail_adds_up_what_stages_and_tasks_spent(cast: Cast) -> None:
    session = make_session(cast.team, brief="People sign in.")
    run_stage(session)
    backend, _ = claim(session)
    make_call(backend, cost_usd="0.100000", tokens=(10, 20))

    detail = session_detail(get_session(cast.viewer, session.pk))

    assert [stage.status for stage in detail.stages] == ["completed", "running", "pending", "pending"]
    assert [task.agent for task in detail.stages[1].tasks] == ["backend_dev", "dba"]
    assert detail.stages[1].tokens == 30
    assert str(detail.stages[1].cost_usd) == "0.100000"
    assert detail.spent_usd == sum(stage.cost_usd for stage in detail.stages)
    assert detail.current_stage == 2
    assert detail.stages_total == 4
    assert detail.progress == pytest.approx(1 / 7, abs=0.001)
    assert detail.totals.model_dump() == {
        "decisions": 1, "session_decisions": 0, "artifacts": 1, "events": session.last_seq + 3, "calls": 2,
    }  # fmt: skip
    assert detail.tasks[0].summary == "architect is done."
    assert detail.tasks[1].progress is not None
    assert detail.tasks[1].progress.step == "starting"
    assert detail.tasks[3].progress is None
    assert detail.checks.model_dump() == {"passed": session.checks.count(), "warnings": 0, "failed": 0}


def test_lists_and_dashboard_cost_the_same_for_one_session_and_for_many(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number_of_sessions in (1, 6):
        for _ in range(number_of_sessions):
            make_session(cast.team)
        make_session(make_team(cast.member))

        with django_assert_num_queries(3):
            summaries(list(sessions_of(cast.member)[:25]))
        with django_assert_num_queries(5):
            dashboard(cast.member)


def test_the_dashboard_tells_what_waits_from_what_runs(cast: Cast) -> None:
    running, paused, done = (make_session(cast.team) for _ in range(3))
    ExecutionSession.objects.filter(pk=paused.pk).update(status=SessionStatus.PAUSED)
    apply(done.pk, end_session, by="owner")
    gone = make_session(cast.team)
    apply(gone.pk, delete_session, by="owner")
    make_session(make_team())

    seen = dashboard(cast.viewer)

    assert [row.id for row in seen.running] == [running.pk]
    assert [row.id for row in seen.waiting] == [paused.pk]
    assert [row.id for row in seen.recent] == [done.pk, paused.pk, running.pk]
    assert seen.counts == {
        "active": 1, "paused": 1, "awaiting_approval": 0, "completed": 1, "failed": 0, "cancelled": 0,
    }  # fmt: skip
    assert seen.total == 3


def test_estimates_come_from_the_median_of_the_teams_own_tasks(cast: Cast, settings) -> None:
    settings.SIMULATOR_LATENCY = 7.0
    for seconds in (10.0, 40.0, 20.0):
        session = make_session(cast.team)
        run_stage(session)
        AgentTask.objects.filter(session=session, agent_role="architect").update(duration_seconds=seconds)

    estimates = load_estimates([cast.team.pk])

    assert estimates.usual(cast.team.pk, "simulator", "architect").seconds.likely == 20.0
    assert estimates.usual(cast.team.pk, "simulator", "dba").seconds.likely == 7.0
    assert estimates.usual(cast.team.pk, "anthropic:large", "dba").seconds.likely == 60.0


@pytest.mark.parametrize(
    ("tasks", "seconds"),
    [
        ([], 0),
        ([(1, "completed", 5, 10), (2, "completed", 5, 10)], 0),
        ([(1, "pending", None, 10), (2, "pending", None, 30), (2, "pending", None, 20)], 40),
        ([(1, "running", 4, 10), (2, "pending", None, 30)], 36),
        ([(1, "running", 400, 10), (2, "pending", None, 30)], 31),
        ([(1, "running", 4, 10), (1, "pending", None, 9)], 9),
        ([(1, "cancelled", None, 10), (1, "error", 3, 10)], 0),
    ],
)
def test_the_time_left_is_that_of_the_longest_task_of_each_stage(tasks: list, seconds: float) -> None:
    timings = [
        TaskTiming(stage, status, None if ago is None else NOW - timedelta(seconds=ago), estimate)
        for stage, status, ago, estimate in tasks
    ]

    assert seconds_left("active", timings, now=NOW) == seconds


@pytest.mark.parametrize("status", ["paused", "completed", "failed", "cancelled"])
def test_a_session_that_does_not_move_has_no_time_left(status: str) -> None:
    assert seconds_left(status, [TaskTiming(1, "pending", None, 10)], now=NOW) is None


@pytest.mark.parametrize(
    ("status", "tasks", "share"),
    [
        ("active", [], 0),
        ("active", ["completed", "running", "pending", "pending"], 0.25),
        ("failed", ["completed", "error"], 0.5),
        ("completed", ["completed", "cancelled"], 1),
    ],
)
def test_progress_is_the_share_of_tasks_that_are_done(status: str, tasks: list[str], share: float) -> None:
    assert progress(status, tasks) == share
