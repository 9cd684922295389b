"""What a person sees of a session in a terminal, folded from events alone: no database is needed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from rich.console import Console

from sessions_app import shapes
from sessions_app.costs import Cost
from sessions_app.events import EVENTS, source_of
from sessions_app.terminal.exit_codes import exit_code_of
from sessions_app.terminal.figures import clock, count, joined, money, one_line, seconds
from sessions_app.terminal.live_view import LiveView
from sessions_app.terminal.plain_lines import PlainLines
from sessions_app.terminal.plans import plan_lines
from sessions_app.terminal.progress import Agent, SessionProgress, Stage
from sessions_app.terminal.sentences import sentence_for
from sessions_app.terminal.summary import summary_lines

BEGAN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ROLES = {1: "Architect", 2: "Backend Dev", 3: "DBA"}


class Story:
    """A session of three agents in two stages, told event by event, a second between two of them."""

    def __init__(self, **facts):
        stages = [
            Stage(1, "Plan", [Agent(1, "architect", "Architect", 1, estimate_seconds=4.0)]),
            Stage(
                2,
                "Build",
                [Agent(2, "backend_dev", "Backend Dev", 2, 6.0), Agent(3, "dba", "DBA", 2, 5.0)],
            ),
        ]
        self.progress = SessionProgress(7, "Invoice import", "Orchard", "simulator", stages, simulated=True, **facts)
        self.events: list[shapes.Event] = []

    def now(self):
        return BEGAN + timedelta(seconds=max(len(self.events) - 1, 0))

    def tell(self, type, **data):
        event = shapes.Event(
            seq=len(self.events) + 1, type=type, session_id=7, at=BEGAN + timedelta(seconds=len(self.events)),
            source=source_of(data), data=data, hash="0" * 64,
        )  # fmt: skip
        self.events.append(event)
        self.progress.take(event)
        return self

    def task(self, type, task_id, **more):
        agent = self.progress.agent({"task_id": task_id})
        facts = {"agent": agent.role, "agent_name": agent.name, "stage": agent.stage, "attempt": 1}
        return self.tell(f"agent_task_{type}", task_id=task_id, **{**facts, **more})

    def started(self):
        self.tell("session_started", status="active", by="demo").tell("stage_started", stage=1, round=1)
        return self.task("started", 1, model="simulator", timeout_seconds=1800)

    def in_build(self):
        self.started().task("completed", 1, duration_seconds="1.000", decisions=2, artifacts=3, summary="Planned.")
        self.tell("stage_completed", stage=1, round=1).tell("stage_started", stage=2, round=1)
        return self.task("started", 2).task("started", 3)


def statuses(story):
    return [agent.status for agent in story.progress.agents]


def test_before_the_first_event_everything_is_still_to_come():
    story = Story()

    assert statuses(story) == ["pending"] * 3
    assert story.progress.eta_seconds(BEGAN) == 4.0 + 6.0  # a stage takes as long as its longest task
    assert story.progress.elapsed(BEGAN) == 0.0


def test_agents_of_a_stage_run_side_by_side_while_the_next_ones_wait():
    story = Story().started()
    assert statuses(story) == ["running", "pending", "pending"]

    story = Story().in_build()
    assert statuses(story) == ["completed", "running", "running"]
    assert [stage.status for stage in story.progress.stages] == ["completed", "running"]
    assert story.progress.done == 1


def test_an_event_that_comes_twice_counts_once():
    story = Story().started().tell("decision_recorded", decision_id=1, number="D-1", text="One", agent="architect")

    for event in story.events:
        story.progress.take(event)

    assert story.progress.decisions == 1
    assert story.progress.last_seq == len(story.events)


def test_calls_decisions_artifacts_and_checks_add_up():
    story = Story().in_build()
    call = {"call_id": 1, "model": "simulator", "status": "succeeded", "cost_usd": "0.012300"}
    story.tell("llm_call_finished", task_id=2, agent="backend_dev", input_tokens=900, output_tokens=100, **call)
    story.tell("llm_call_finished", task_id=3, agent="dba", input_tokens=500, output_tokens=50, **call)
    story.tell("decision_recorded", decision_id=1, number="D-1", text="Use UUIDs", agent="dba", stage=2)
    story.tell("decision_recorded", decision_id=2, number="H-1", text="No downtime", by="demo")
    story.tell("artifact_written", artifact_id=1, path="db/schema.sql", version=1, agent="dba", stage=2)
    story.tell("artifact_written", artifact_id=1, path="db/schema.sql", version=2, agent="dba", stage=2)
    story.tell("check_finished", task_id=3, agent="dba", stage=2, passed=4, warnings=1, failed=0)
    story.tell("check_finished", task_id=2, agent="backend_dev", stage=2, passed=2, warnings=0, failed=1)

    progress = story.progress

    assert (progress.input_tokens, progress.output_tokens) == (1400, 150)
    assert progress.cost == Cost(Decimal("0.0246"), simulated_usd=Decimal("0.0246"))
    assert progress.decisions == 2
    assert progress.paths == {"db/schema.sql"}
    assert progress.check_counts == shapes.CheckCounts(passed=6, warnings=1, failed=1)
    assert progress.agents[2].tokens == 550


def test_a_cost_that_nobody_knows_is_told_as_unknown_and_as_what_counts():
    story = Story().in_build()
    call = {"model": "openai:x", "status": "succeeded", "input_tokens": 900, "output_tokens": 100}

    story.tell("llm_call_finished", call_id=1, task_id=2, agent="backend_dev", cost_usd="0.12", estimated=True, **call)
    one = sentence_for(story.events[-1], story.progress).text
    only_unknown = summary_lines(story.progress)
    story.tell("llm_call_finished", call_id=2, task_id=3, agent="dba", cost_usd="1.20", **call)
    story.tell(
        "llm_call_finished", call_id=3, task_id=3, agent="dba", cost_usd="0.30", **{**call, "model": "simulator"}
    )
    mixed = summary_lines(story.progress)

    assert one == "Backend Dev: model call succeeded, 900 tokens in, 100 out, cost unknown (counted as $0.12)"
    assert "Cost:  unknown (counted as $0.12), 900 tokens in, 100 out" in only_unknown
    assert "Cost:  $1.62, of it $0.30 simulated and $0.12 estimated, 2,700 tokens in, 300 out" in mixed


def test_tokens_of_a_running_call_count_until_its_own_figures_come():
    story = Story().started()
    story.progress.hear({1: {"step": "model call", "tokens": 80, "words": "so far"}})
    assert story.progress.tokens == 80

    story.tell("llm_call_finished", call_id=1, task_id=1, agent="architect", input_tokens=900, output_tokens=100)
    story.progress.hear({1: {"step": "checks", "tokens": 80, "words": "so far"}})  # the row still says so

    assert story.progress.tokens == 1000


def test_a_failure_that_can_pass_and_a_lost_worker_send_the_task_back():
    story = Story().in_build()

    story.task("failed", 2, error="Overloaded", will_retry=True, retry_at="2026-01-02T03:05:00.000000Z")
    story.task("released", 3, reason="worker lost")

    assert statuses(story) == ["completed", "pending", "pending"]
    assert [agent.note for agent in story.progress.agents[1:]] == ["tries again: Overloaded", "worker lost"]


def test_a_failed_session_ends_with_its_reason():
    story = Story().in_build().task("failed", 2, error="No such model", will_retry=False, retry_at=None)
    story.tell("stage_failed", stage=2, round=1)
    story.tell("session_failed", status="failed", reason="backend_dev: No such model")

    later = story.now() + timedelta(hours=1)

    assert story.progress.has_ended
    assert story.progress.elapsed(later) == (story.now() - BEGAN).total_seconds()  # the clock has stopped
    assert story.progress.eta_seconds(later) is None
    assert summary_lines(story.progress)[0].endswith("backend_dev: No such model")


def test_a_session_out_of_budget_waits_for_a_person_once_running_neighbours_are_done():
    story = Story().in_build().tell("budget_exhausted", agent="backend_dev", task_id=2, cap="session")
    story.tell("session_paused", status="paused", reason="budget_exhausted")
    assert not story.progress.waits_for_a_person

    story.task("completed", 3, duration_seconds="1.000", decisions=0, artifacts=0, summary="")

    assert story.progress.waits_for_a_person
    assert "its budget is used up" in summary_lines(story.progress)[0]


def last_sentence(story):
    return sentence_for(story.events[-1], story.progress).text


def test_a_gate_makes_the_session_wait_and_says_what_to_type():
    story = Story().started().task("completed", 1, duration_seconds="1.000", decisions=2, artifacts=3, summary="")
    story.tell("gate_opened", gate_id=12, stage=1, round=1, reason="1 check failed", sha256="")
    assert last_sentence(story) == "Gate 12 after stage 1 waits for a person (1 check failed)"
    assert (story.progress.status, story.progress.waits_for_a_person) == ("awaiting_approval", True)
    summary = summary_lines(story.progress)
    assert summary[0] == "Session 7 waits for a person: gate 12 after stage 1 is open"
    assert "approve_gate 12" in summary[-1]

    story.tell("gate_rejected", gate_id=12, stage=1, round=1, by="ada", feedback="Shorter", roles=["architect"])
    assert last_sentence(story) == "ada sends Architect into another round: Shorter"
    assert (statuses(story)[0], story.progress.waits_for_a_person) == ("pending", False)

    story.tell("stage_started", stage=1, round=2, name="plan").task("started", 1)
    story.task("completed", 1, duration_seconds="1.000", decisions=1, artifacts=1, summary="")
    story.tell("gate_opened", gate_id=13, stage=1, round=2).tell(
        "gate_approved", gate_id=13, stage=1, round=2, by="ada"
    )
    assert last_sentence(story) == "ada approves gate 13"
    assert (story.progress.status, story.progress.gate) == ("active", None)
    assert story.progress.agents[0].decisions == 1


def test_a_gate_that_passes_by_its_rule_stops_nobody():
    story = Story().started().tell("gate_approved", gate_id=1, stage=1, round=1, reason="its rule holds: no warnings")

    assert story.progress.status == "active"
    assert last_sentence(story).endswith("passes by itself: its rule holds: no warnings")


def ask(story, number, task, text="Which?"):
    return story.tell("question_asked", question_id=number, task_id=task, text=text, options=["a", "b"], default="a")


def test_a_session_whose_agents_all_wait_for_answers_waits_for_a_person():
    story = ask(Story().in_build(), 5, 2)
    assert statuses(story) == ["completed", "waiting", "running"]
    assert not story.progress.waits_for_a_person  # the other one still works

    ask(story, 6, 3, "For whom?")
    assert story.progress.waits_for_a_person
    summary = summary_lines(story.progress)
    assert summary[0] == "Session 7 waits for a person: 2 questions to answer"
    assert summary[-2].startswith("Next:  `manage.py answer_question 5 ANSWER`; Backend Dev asks: Which? (a, b, by def")
    assert exit_code_of(story.progress.status, waits=story.progress.waits_for_a_person) == 3

    story.tell("question_answered", question_id=5, task_id=2, text="Which?", answer="b", by="ada")
    assert last_sentence(story) == "ada answers Backend Dev: b"
    assert statuses(story)[1] == "pending"
    assert not story.progress.waits_for_a_person


def test_a_task_is_done_with_a_question_whose_default_was_taken_at_once():
    story = ask(Story().in_build(), 5, 2)
    story.tell("question_defaulted", question_id=5, task_id=2, text="Which?", answer="a")
    story.task("completed", 2, duration_seconds="1.000", decisions=0, artifacts=0, summary="")

    assert statuses(story) == ["completed", "completed", "running"]
    assert story.progress.questions == {}


def test_a_paused_session_says_how_it_goes_on_and_by_whom_it_did():
    story = Story().started().tell("session_paused", status="paused", reason="paused by a person", by="ada")
    story.task("released", 1, reason="shutdown")
    assert "`manage.py resume_session 7` goes on" in summary_lines(story.progress)[-1]

    story.tell("session_resumed", status="active", by="bob")

    assert last_sentence(story) == "bob lets the session go on"
    assert (story.progress.status, story.progress.reason) == ("active", "")


def test_a_failed_session_that_is_retried_moves_again():
    story = Story().in_build().task("failed", 2, error="No such model", will_retry=False, retry_at=None)
    story.tell("stage_failed", stage=2, round=1).tell("session_failed", status="failed", reason="No such model")
    assert "`manage.py retry_session 7`" in summary_lines(story.progress)[-1]

    story.tell("session_resumed", status="active", by="ada", reason="retry")
    story.tell("stage_started", stage=2, round=1, name="build").task("retried", 2, by="ada")

    assert last_sentence(story) == "ada has Backend Dev try once more"
    assert statuses(story) == ["completed", "pending", "running"]
    assert (story.progress.ended_at, story.progress.eta_seconds(story.now()) is not None) == (None, True)


def test_what_a_person_changes_is_shown_from_then_on():
    story = Story(budget_usd=Decimal(1)).started()
    story.tell("session_changed", by="ada", feature_name="Receipts", gates=[1])
    assert last_sentence(story) == "ada changes its name and its gates"
    story.tell("budget_changed", by="ada", budget_usd="5.000000", former_usd="1.000000")

    assert last_sentence(story) == "ada changes the budget to $5.00"
    assert (story.progress.feature_name, story.progress.budget_usd) == ("Receipts", Decimal(5))


def test_a_fork_begins_with_the_stages_that_it_keeps():
    story = Story().tell("session_started", status="active")
    story.tell("session_forked", status="active", by="ada", parent_id=3, after_stage=1)

    assert last_sentence(story) == "This goes on from stage 1 of session 3, by ada"
    assert statuses(story) == ["completed", "pending", "pending"]


def test_a_plan_names_what_may_be_paid_again():
    def task(agent, name, stage, status):
        return shapes.PlannedTask(task_id=stage, agent=agent, agent_name=name, stage=stage, status=status)

    call = shapes.RepeatableCall(
        call_id=1, task_id=2, agent="dba", agent_name="DBA", stage=2, model="m", status="unconfirmed", cost_usd="0.25"
    )
    plan = shapes.Plan(
        action="retry",
        keeps=[task("architect", "Architect", 1, "completed")],
        runs=[task("backend_dev", "Backend Dev", 2, "pending"), task("dba", "DBA", 2, "pending")],
        may_repeat=[call],
        estimate_usd=["0.1", "0.4"],
        estimate_seconds=[8.0, 65.0],
    )

    assert plan_lines(plan, simulated=False) == [
        "Keeps: 1. Architect",
        "Runs: 2. Backend Dev and DBA",
        "May be made and paid again: the calls of DBA (unconfirmed, $0.25)",
        "May cost $0.10 to $0.40 and take 8.0 s to 1:05 min",
    ]


def test_a_plan_says_that_nobody_knows_what_it_costs():
    plan = shapes.Plan(
        action="resume", keeps=[], runs=[], may_repeat=[], estimate_usd=None, estimate_seconds=[8.0, 65.0]
    )

    assert plan_lines(plan, simulated=False)[-1] == "What it costs is unknown; it may take 8.0 s to 1:05 min"


@pytest.mark.parametrize(
    ("status", "code"),
    [("completed", 0), ("active", 0), ("failed", 1), ("cancelled", 1), ("paused", 3), ("awaiting_approval", 3)],
)
def test_a_script_learns_the_end_from_the_exit_code(status, code):
    assert exit_code_of(status) == code


@pytest.mark.parametrize("type", EVENTS)
def test_every_kind_of_event_has_a_sentence_even_when_its_data_was_erased(type):
    story = Story().in_build()
    erased = shapes.Event(seq=99, type=type, session_id=7, at=BEGAN, source="engine", data=None, hash="0" * 64)

    story.progress.take(erased)

    assert sentence_for(erased, story.progress).text


def test_an_event_of_a_later_version_is_named_and_counted():
    story = Story().started().tell("moon_risen", stage=1)

    assert sentence_for(story.events[-1], story.progress).text == "Moon risen"
    assert story.progress.last_seq == len(story.events)


def test_text_from_a_model_can_neither_move_the_cursor_nor_fill_the_screen():
    story = Story().started()
    story.tell("decision_recorded", number="D-1", text="\x1b[2J\x07fine\r\n\u202eevil" + "x" * 5000, agent="architect")

    text = sentence_for(story.events[-1], story.progress).text

    assert text.isprintable()
    assert len(text) <= 300


def test_plain_lines_leave_details_out_and_tell_the_running_time():
    story = Story().in_build().tell("artifact_written", path="db/schema.sql", version=1, agent="dba", stage=2)
    lines = []

    PlainLines(lines.append).show(story.progress, story.events, story.now())

    assert lines[0] == " 0:00  Session 7 has begun: Invoice import"
    assert " 0:03  Architect is done in 1.0 s: 2 decisions, 3 artifacts. Planned." in lines
    assert " 0:05  Stage 2 of 2, Build: Backend Dev and DBA" in lines
    assert not any("schema.sql" in line for line in lines)


def picture(story, *, width, height):
    console = Console(width=width, height=height, file=None, record=True, force_terminal=True, color_system=None)
    view = LiveView(console)
    view._feed.extend((event.at, sentence_for(event, story.progress)) for event in story.events[-12:])
    with console.capture() as shown:
        console.print(view.picture(story.progress, story.now()))
    return shown.get().splitlines()


def test_the_live_view_names_every_agent_with_its_status_and_figures():
    story = Story(budget_usd=Decimal(2)).in_build()
    story.progress.hear({2: {"step": "model call", "tokens": 412, "words": "paths: /invoices"}})

    shown = picture(story, width=110, height=40)

    assert any("Architect" in line and "completed" in line and "2 decisions, 3 artifacts" in line for line in shown)
    assert any("Backend Dev" in line and "running" in line and "412 tokens  paths: /invoices" in line for line in shown)
    assert any(line.startswith("1 of 3 agents · elapsed 0:07 · about 0:") for line in shown)
    assert any("simulated of $2.00" in line for line in shown)


@pytest.mark.parametrize("height", [10, 14, 24, 60])
@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_live_view_fits_every_terminal_and_keeps_the_figures_in_sight(width, height):
    story = Story().in_build()

    shown = picture(story, width=width, height=height)

    assert len(shown) <= height
    assert max(map(len, shown)) <= width
    assert any(line.startswith("1 of 3 agents") for line in shown)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (seconds(8.44), "8.4 s"), (seconds(65), "1:05 min"), (seconds(7389), "2:03:09 h"),
        (clock(8.9), "0:08"), (clock(65), "1:05"), (clock(7389), "2:03:09"),
        (money(Decimal("0.0123")), "$0.0123"), (money(Decimal("3.05"), simulated=True), "$3.05 simulated"),
        (money(Decimal(0)), "$0.00"), (count(1, "check"), "1 check"), (count(1204, "token"), "1,204 tokens"),
        (joined(["A"]), "A"), (joined(["A", "B", "C"]), "A, B and C"), (one_line("a\n\tb"), "a b"),
    ],
)  # fmt: skip
def test_figures_read_as_people_write_them(said, expected):
    assert said == expected
