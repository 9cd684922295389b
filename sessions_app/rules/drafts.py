"""From what a person typed to a session that can be started: everything is checked here, before anything is written."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import uuid4

from accounts.models import User
from accounts.text import is_storable
from agents.cleaning import clean_line, clean_text
from agents.model_choice import of_frozen, of_team
from agents.workflows import get_workflow
from sessions_app.errors import InvalidInput, NotAllowed, NotReachable
from sessions_app.models import ExecutionSession, SessionDecision
from sessions_app.rules.chosen_models import models_for
from sessions_app.rules.decisions import LONGEST_CATEGORY
from sessions_app.rules.forks import ForkWish
from sessions_app.rules.gate_rules import check_rule
from sessions_app.rules.sessions import NewSession
from teams.models import Team

LONGEST_NAME = 255
LONGEST_BRIEF_BYTES = 256 * 1024
LARGEST_BUDGET_USD = Decimal(1_000_000)
LONGEST_QUESTION_SECONDS = 30 * 24 * 3600


def draft_session(
    user: User,
    *,
    team_id: int,
    feature_name: str,
    brief: str = "",
    workflow: str = "feature",
    model: str | None = None,
    budget_usd: Decimal | str | None = None,
    gates: Any = None,
    question_seconds: int | None = None,
    **who_answers: Any,
) -> NewSession:
    """Return a session ready for `start_session`; an empty brief means the feature name.

    `gates` are numbers of stages after which a person decides, or rules by stage number; None means the workflow's
    own. `question_seconds` is how long agents' questions wait for a person; None means the workflow's own.
    `model` and `who_answers` are fields of `agents.model_choice`; what is None comes from team, role or settings.

    Raises InvalidInput by field, NotReachable when the user cannot see the team, NotAllowed for viewers, and
    UnknownWorkflow.
    """
    team = team_to_start_in(user, team_id)
    errors: dict[str, list[str]] = defaultdict(list)
    name = _name(feature_name, errors)
    text = _brief(brief, errors)
    budget = _budget(budget_usd, errors)
    plan = get_workflow(workflow).frozen()
    if gates is not None:
        chosen = _gates(gates, [stage["number"] for stage in plan["stages"]], errors)
        for stage in plan["stages"]:
            stage["gate"] = chosen.get(stage["number"], False)
    if question_seconds is not None:
        plan["question_seconds"] = _question_seconds(question_seconds, errors)
    said = {"model": model, **who_answers}
    plan["models"] = models_for(plan, of_team(team), said, team_id=team.pk, errors=errors)
    if errors:
        raise InvalidInput(errors)
    return NewSession(
        team_id=team.pk,
        user_id=user.pk,
        username=user.username,
        feature_name=name,
        brief=text if text.strip() else name,
        workflow=_described(plan, name),
        model=plan["models"]["model"],
        budget_usd=budget,
        chain_id=uuid4(),
    )


def team_to_start_in(user: User, team_id: int) -> Team:
    """Return the team when the user may start sessions in it. Raises NotReachable or NotAllowed."""
    team = Team.objects.visible_to(user).filter(pk=team_id).first()
    if team is None:
        raise NotReachable("There is no such team.")
    if not Team.objects.editable_by(user).filter(pk=team_id).exists():
        raise NotAllowed("Viewers of a team cannot start sessions. Ask its owner for another role.")
    return team


def check_text(value: Any, field: str, errors: dict[str, list[str]]) -> str:
    """Return the text without what nobody can read, or note in `errors` why it is none and return an empty one."""
    if not isinstance(value, str):
        errors[field].append("This is not a text.")
    elif not is_storable(value):
        errors[field].append("This text holds a character that cannot be stored (NUL or half a character).")
    else:
        return clean_text(value)
    return ""


def draft_fork(
    user: User,
    parent: ExecutionSession,
    *,
    after_stage: int,
    brief: str | None = None,
    model: str | None = None,
    roles: Sequence[str] | None = None,
    decisions: Sequence[Mapping[str, Any]] = (),
    **who_answers: Any,
) -> ForkWish:
    """Return a fork of `parent` ready for `fork_session`; what is None stays as it is there.

    `roles` are those that still work in the stages that are left; None means all. A role that has a model of its own
    keeps it when the fork takes another `model`; `who_answers` are the further fields of `agents.model_choice`.
    Raises InvalidInput by field; IllegalTransition is left to `fork_source`, which knows how far the parent is.
    """
    errors: dict[str, list[str]] = defaultdict(list)
    workflow = copy.deepcopy(parent.workflow)
    gates = dict(parent.stages.values_list("number", "gate"))  # a person may have changed them since the start
    for stage in workflow["stages"]:
        stage["gate"] = gates[stage["number"]]
    if not 0 <= after_stage < len(workflow["stages"]):
        last = len(workflow["stages"]) - 1
        errors["after_stage"].append(f"From 0 to {last}: the stage after which the fork goes on its own way.")
    told: dict[str, Any] = {}
    text = parent.brief
    if brief is not None:
        text = _brief(brief, errors)
        text = text if text.strip() else parent.feature_name
        told["brief_changed"] = text != parent.brief
    if roles is not None:
        workflow["stages"] = _left_to(set(roles), workflow["stages"], after_stage, errors)
        told["roles"] = sorted(set(roles))
    rows = [_human_decision(row, errors) for row in decisions]
    base, before = of_frozen(workflow.get("models"), model=parent.model)
    said = {"model": model, **who_answers}
    workflow["models"] = models_for(workflow, before, said, team_id=parent.team_id, errors=errors, base=base)
    if errors:
        raise InvalidInput(errors)
    if workflow["models"]["model"] != parent.model:
        told["model"] = workflow["models"]["model"]
    new = NewSession(
        team_id=parent.team_id,
        user_id=user.pk,
        username=user.username,
        feature_name=parent.feature_name,
        brief=text,
        workflow=workflow,
        model=workflow["models"]["model"],
        budget_usd=parent.budget_usd,
        chain_id=uuid4(),
    )
    return ForkWish(new, rows, told)


def _left_to(
    roles: set[str], stages: Sequence[dict[str, Any]], after_stage: int, errors: dict[str, list[str]]
) -> list[dict[str, Any]]:
    """Return the stages with only `roles` in those after `after_stage`; a stage without anybody is left out."""
    done, rest = list(stages[:after_stage]), stages[after_stage:]
    known = {task["role"] for stage in rest for task in stage["tasks"]}
    if foreign := sorted(roles - known):
        errors["roles"].append(
            f"No part in what is left: {', '.join(foreign)}. These have: {', '.join(sorted(known))}."
        )
    kept = [{**stage, "tasks": [task for task in stage["tasks"] if task["role"] in roles]} for stage in rest]
    left = [stage for stage in kept if stage["tasks"]]
    if not left:
        errors["roles"].append("Name at least one role that goes on, or leave this out for all.")
    return [{**stage, "number": number} for number, stage in enumerate([*done, *left], start=1)]


def _human_decision(row: Mapping[str, Any], errors: dict[str, list[str]]) -> dict[str, Any]:
    texts = {name: check_text(row.get(name, ""), "decisions", errors) for name in ("decision_text", "rationale")}
    if not texts["decision_text"].strip():
        errors["decisions"].append("A decision needs a text.")
    confidence = row.get("confidence", SessionDecision.Confidence.HIGH.value)
    if confidence not in SessionDecision.Confidence.values:
        errors["decisions"].append("Confidence is high, medium or low.")
    category = clean_line(check_text(row.get("category", ""), "decisions", errors), limit=LONGEST_CATEGORY)
    return {**texts, "category": category, "confidence": confidence}


def checked_changes(session: ExecutionSession, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `PATCH sessions/{id}` asks for as `change_session` takes it. Raises InvalidInput by field."""
    errors: dict[str, list[str]] = defaultdict(list)
    checked: dict[str, Any] = {}
    if "feature_name" in changes:
        checked["feature_name"] = _name(changes["feature_name"], errors)
    if "brief" in changes:
        text = _brief(changes["brief"], errors)
        checked["brief"] = text if text.strip() else session.feature_name
    if "budget_usd" in changes:
        checked["budget_usd"] = _budget(changes["budget_usd"], errors)
    if "gates" in changes:
        stages = [stage["number"] for stage in session.workflow["stages"]]
        checked["gates"] = _gates(changes["gates"], stages, errors)
    if errors:
        raise InvalidInput(errors)
    return checked


def _name(value: Any, errors: dict[str, list[str]]) -> str:
    name = clean_line(check_text(value, "feature_name", errors), limit=LONGEST_BRIEF_BYTES)
    if not name and not errors["feature_name"]:
        errors["feature_name"].append("Give the feature a name.")
    elif len(name) > LONGEST_NAME:
        errors["feature_name"].append(f"A feature name has at most {LONGEST_NAME} characters.")
    return _unless_wrong(name, "feature_name", errors)


def _brief(value: Any, errors: dict[str, list[str]]) -> str:
    text = check_text(value, "brief", errors)
    if len(text.encode("utf-8", "replace")) > LONGEST_BRIEF_BYTES:
        errors["brief"].append(f"A brief has at most {LONGEST_BRIEF_BYTES // 1024} kB of text.")
    return _unless_wrong(text, "brief", errors)


def _unless_wrong(text: str, field: str, errors: dict[str, list[str]]) -> str:
    if not errors[field]:
        del errors[field]  # asking made the entry
    return text


def _gates(value: Any, stages: Sequence[int], errors: dict[str, list[str]]) -> dict[int, bool | str]:
    """Return the gate of each stage that has one, from `[1, 3]` or `{"1": "all checks pass"}`."""
    if isinstance(value, Mapping):
        given = [(str(number), rule) for number, rule in value.items()]
    elif isinstance(value, list | tuple) and not any(isinstance(number, bool | str) for number in value):
        given = [(str(number), True) for number in value]
    else:
        errors["gates"].append("Give a list of stage numbers, or an object from stage number to rule.")
        return {}
    gates: dict[int, bool | str] = {}
    for text, rule in given:
        if text not in map(str, stages):
            errors["gates"].append(f"There is no stage {text[:20]}; the workflow has {', '.join(map(str, stages))}.")
        elif isinstance(rule, str):
            try:
                check_rule(rule)
            except ValueError as error:
                errors["gates"].append(str(error))
            gates[int(text)] = " ".join(rule.split())
        elif isinstance(rule, bool):
            gates[int(text)] = rule
        else:
            errors["gates"].append(f"The gate of stage {text} is a rule, or true for a person's decision.")
    return {number: gate for number, gate in gates.items() if gate}


def _question_seconds(value: int, errors: dict[str, list[str]]) -> int:
    if not 0 <= value <= LONGEST_QUESTION_SECONDS:
        errors["question_seconds"].append(f"From 0 to {LONGEST_QUESTION_SECONDS} seconds.")
    return value


def _budget(value: Any, errors: dict[str, list[str]]) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        budget = Decimal(str(value))
    except InvalidOperation:
        budget = Decimal("NaN")
    if not budget.is_finite() or not 0 <= budget <= LARGEST_BUDGET_USD:
        errors["budget_usd"].append(f"A budget is an amount from 0 to {LARGEST_BUDGET_USD:,} US dollars.")
        return None
    return budget.quantize(Decimal("0.000001"))


def _described(workflow: dict[str, Any], feature_name: str) -> dict[str, Any]:
    """Write the feature's name into what each task says."""
    for stage in workflow["stages"]:
        for task in stage["tasks"]:
            task["description"] = task["description"].replace("{feature}", feature_name)
    return workflow
