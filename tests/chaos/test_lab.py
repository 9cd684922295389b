"""The laboratory's own parts do what it relies on."""

from __future__ import annotations

import json

import pytest

from agents.checks import check_deliverable
from agents.deliverable import parse_deliverable
from agents.errors import MalformedDeliverable
from agents.roles import get_role
from sessions_app.engine import failpoints
from tests.chaos.deliverables import ARTIFACTS, deliverable, too_deep
from tests.chaos.faults import KINDS
from tests.chaos.people import PLANS, draw_plans


@pytest.mark.parametrize("hostile", [False, True])
@pytest.mark.parametrize("role", ARTIFACTS)
def test_what_a_role_hands_in_passes_its_checks_however_foul_it_came(role, hostile):
    work = parse_deliverable(deliverable(role, hostile=hostile), get_role(role))

    assert len(work.decisions) == 2
    assert {check.status for check in check_deliverable(get_role(role), work)} == {"passed"}


def test_what_is_nested_without_end_is_no_deliverable():
    with pytest.raises(MalformedDeliverable):
        parse_deliverable(too_deep(), get_role("dba"))


def test_the_same_seed_draws_the_same_plans_and_every_plan_comes():
    assert draw_plans(60, seed=5) == draw_plans(60, seed=5)
    assert {wish.plan for wish in draw_plans(60, seed=5)} == {"plain", *PLANS}


def test_every_kind_of_fault_that_was_promised_is_in_the_bag():
    words = " ".join(KINDS)

    for promised in ("worker", "cluster", "idle worker", "monitor", "reconciler", "web", "immediate stop", "frozen"):
        assert promised in words
    for promised in ("terminated", "redis killed", "flushed", "redis frozen", "429", "500", "hang", "cut", "garbage"):
        assert promised in words
    assert {"deploy", "freeze worker", "freeze cluster"} <= KINDS.keys()


def test_an_entry_says_name_action_and_seconds():
    first, second = failpoints.parse("claim_tasks.after_commit:kill, agent.read:sleep=2.5")

    assert (first.name, first.action) == ("claim_tasks.after_commit", "kill")
    assert (second.action, second.seconds) == ("sleep", 2.5)
    with pytest.raises(ValueError, match="no failpoint"):
        failpoints.parse("agent.read:explode")


def test_an_entry_of_a_folder_fires_once_for_those_it_means(settings, tmp_path, monkeypatch):
    settings.FAILPOINT = f"@{tmp_path}"
    monkeypatch.setattr(failpoints, "ENABLED", True)
    monkeypatch.setattr(failpoints, "_listed", (-1, []))
    (tmp_path / "agent.read:raise:mine").write_text(json.dumps({"task_id": 7}))

    failpoints.failpoint("agent.read", task_id=8)
    with pytest.raises(failpoints.FailpointError):
        failpoints.failpoint("agent.read", task_id=7, session_id=1)
    failpoints.failpoint("agent.read", task_id=7, session_id=1)

    [line] = (tmp_path / "fired.jsonl").read_text().splitlines()
    assert json.loads(line)["task_id"] == 7


def test_without_the_setting_nothing_is_looked_up(monkeypatch):
    monkeypatch.setattr(failpoints, "_fires", lambda *_: pytest.fail("looked up"))

    failpoints.failpoint("agent.read", task_id=7)

    assert failpoints.ENABLED is False
