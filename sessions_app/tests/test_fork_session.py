from decimal import Decimal

import pytest

from agents.model_choice import answering
from sessions_app.engine.apply import apply, create
from sessions_app.engine.fork_source import fork_source
from sessions_app.errors import IllegalTransition, InvalidInput
from sessions_app.models import ExecutionSession, LLMCall
from sessions_app.rules.control import change_session
from sessions_app.rules.decisions import record_decision
from sessions_app.rules.drafts import draft_fork
from sessions_app.rules.forks import fork_session
from sessions_app.tests.factories import event_types, make_session, run_stage

pytestmark = pytest.mark.django_db


def fork(parent: ExecutionSession, **wish) -> ExecutionSession:
    made = draft_fork(parent.user, parent, **wish)
    forked = create(fork_session, fork_source(parent, wish["after_stage"]), made)
    return ExecutionSession.objects.get(pk=forked)


def finish(session: ExecutionSession) -> None:
    while session.status == "active":
        run_stage(session)


def test_a_fork_takes_over_what_was_reached_and_pays_for_none_of_it():
    parent = make_session()
    apply(parent.pk, record_decision, user_id=parent.user_id, by=parent.user.username, text="No e-mail")
    run_stage(parent)
    run_stage(parent)
    calls = LLMCall.objects.count()

    forked = fork(parent, after_stage=1)

    assert (forked.parent_id, forked.parent_stage, forked.status) == (parent.pk, 1, "active")
    assert [stage.status for stage in forked.stages.order_by("number")] == [
        "completed",
        "running",
        "pending",
        "pending",
    ]
    assert forked.artifacts.count() == 1
    assert [row.decision_text for row in forked.decisions.all()] == ["Decided by architect"]
    assert [row.decision_text for row in forked.session_decisions.all()] == ["No e-mail"]
    assert (forked.spent_usd, LLMCall.objects.count()) == (Decimal(0), calls)
    assert event_types(forked)[:5] == [
        *("session_started", "session_forked", "decision_recorded", "decision_recorded", "artifact_written"),
    ]


def test_a_fork_runs_to_its_end_while_its_parent_goes_on():
    parent = make_session()
    run_stage(parent)
    forked = fork(parent, after_stage=1, brief="Something else", decisions=[{"decision_text": "Use MySQL"}])

    finish(forked)
    finish(parent)

    assert (forked.status, parent.status) == ("completed", "completed")
    assert forked.brief == "Something else"
    assert forked.tasks.count() == 7
    assert forked.llm_calls.count() == 6
    numbers = list(forked.decisions.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, 8))


def test_a_fork_of_a_fork_is_bound_by_what_people_had_decided_in_both():
    first = make_session()
    apply(first.pk, record_decision, user_id=first.user_id, by=first.user.username, text="No e-mail")
    run_stage(first)
    second = fork(first, after_stage=1, decisions=[{"decision_text": "Use MySQL"}])

    third = fork(second, after_stage=1, decisions=[{"decision_text": "In English"}])

    decided = third.session_decisions.order_by("number").values_list("decision_text", flat=True)
    assert list(decided) == ["No e-mail", "Use MySQL", "In English"]


def test_a_fork_waits_at_the_gates_that_its_parent_has_now():
    parent = make_session(gates=[2])
    run_stage(parent)
    apply(parent.pk, change_session, by="member", gates={3: "all checks pass", 4: True})

    forked = fork(parent, after_stage=1, roles=["dba", "security_specialist"])

    # Stage 3 is left out: nobody works in it.
    assert list(forked.stages.order_by("number").values_list("gate", flat=True)) == [False, False, True]
    assert fork(parent, after_stage=1).stages.get(number=3).gate == "all checks pass"


def test_a_fork_may_leave_roles_out_and_stages_that_would_be_empty():
    parent = make_session()
    run_stage(parent)

    forked = fork(parent, after_stage=1, roles=["dba", "security_specialist"])

    finish(forked)
    assert forked.status == "completed"
    assert [stage.number for stage in forked.stages.order_by("number")] == [1, 2, 3]
    assert set(forked.tasks.values_list("agent_role", flat=True)) == {"architect", "dba", "security_specialist"}


def test_a_fork_before_the_first_stage_starts_from_the_beginning():
    parent = make_session()
    run_stage(parent)

    forked = fork(parent, after_stage=0, brief="Anew")

    assert forked.artifacts.count() == 0
    assert forked.stages.get(number=1).status == "running"


def test_only_a_stage_that_is_done_can_be_left():
    parent = make_session()

    with pytest.raises(IllegalTransition):
        fork(parent, after_stage=1)


@pytest.mark.parametrize(
    "wish",
    [
        {"after_stage": 4},
        {"after_stage": -1},
        {"after_stage": 1, "roles": ["architect"]},
        {"after_stage": 1, "roles": []},
        {"after_stage": 1, "decisions": [{"decision_text": " "}]},
        {"after_stage": 1, "brief": "x" * 300_000},
    ],
)
def test_what_cannot_be_is_refused_by_field(wish):
    parent = make_session()
    run_stage(parent)

    with pytest.raises(InvalidInput):
        fork(parent, **wish)


def test_a_fork_keeps_who_answers_but_for_what_it_names(settings):
    settings.OPENAI_API_KEY = settings.ANTHROPIC_API_KEY = "sk-ant-key-of-nobody"
    roles = {"dba": {"model": "openai:small"}, "it_admin": {"temperature": 0.1}}
    parent = make_session(model="openai:large", fallback_models=["anthropic:large"], role_settings=roles)
    run_stage(parent)

    same = fork(parent, after_stage=1)
    other = fork(parent, after_stage=1, model="anthropic:large", role_settings={"dba": {"max_tokens": 9000}})

    assert same.workflow["models"] == parent.workflow["models"]
    models = other.workflow["models"]
    assert (other.model, models["model"], models["fallback_models"]) == ("anthropic:large", "anthropic:large", [])
    assert models["roles"]["dba"] == {"model": "openai:small", "max_tokens": 9000}
    assert models["roles"]["it_admin"]["temperature"] == 0.1


def test_a_fork_that_wants_shorter_answers_gets_them_from_every_role_that_was_not_told_otherwise(settings):
    parent = make_session(role_settings={"dba": {"max_tokens": 9000}})
    run_stage(parent)
    settings.SAGE_MODEL, settings.DEFAULT_TEMPERATURE = "openai:other", 1.5  # of no concern to what has begun

    forked = fork(parent, after_stage=1, max_tokens=5000)

    models = forked.workflow["models"]
    assert (models["model"], models["temperature"]) == ("simulator", parent.workflow["models"]["temperature"])
    limits = {role: answering(models, model="simulator", role=role).max_tokens for role in ("dba", "it_admin")}
    assert limits == {"dba": 9000, "it_admin": 5000}
    assert fork(parent, after_stage=1).workflow["models"]["roles"]["it_admin"] == {"max_tokens": 32_000}


def test_a_session_from_before_models_were_frozen_can_be_forked():
    parent = make_session()
    run_stage(parent)
    workflow = {name: value for name, value in parent.workflow.items() if name != "models"}
    ExecutionSession.objects.filter(pk=parent.pk).update(workflow=workflow)
    parent.refresh_from_db()

    forked = fork(parent, after_stage=1)

    assert (forked.model, forked.workflow["models"]["model"]) == ("simulator", "simulator")
    finish(forked)
    assert forked.status == "completed"


def test_a_fork_on_a_provider_without_a_key_is_refused():
    parent = make_session()
    run_stage(parent)

    with pytest.raises(InvalidInput) as refused:
        fork(parent, after_stage=1, model="openai:large")

    assert "there is no key for OpenAI" in refused.value.errors["model"][0]
