"""From what a person typed to a session that can be started: everything is checked here, before anything is written."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import uuid4

from django.conf import settings

from accounts.models import User
from accounts.text import is_storable
from agents.cleaning import clean_line
from agents.providers import get_provider
from agents.workflows import get_workflow
from sessions_app.errors import InvalidInput, NotAllowed, NotReachable
from sessions_app.rules.sessions import NewSession
from teams.models import Team

LONGEST_NAME = 255
LONGEST_BRIEF_BYTES = 256 * 1024
LARGEST_BUDGET_USD = Decimal(1_000_000)


def draft_session(
    user: User,
    *,
    team_id: int,
    feature_name: str,
    brief: str = "",
    workflow: str = "feature",
    model: str | None = None,
    budget_usd: Decimal | str | None = None,
) -> NewSession:
    """Return a session ready for `start_session`; an empty brief means the feature name.

    Raises InvalidInput by field, NotReachable when the user cannot see the team, NotAllowed for viewers,
    UnknownWorkflow and UnknownModel.
    """
    team = team_to_start_in(user, team_id)
    errors: dict[str, list[str]] = defaultdict(list)
    name = clean_line(check_text(feature_name, "feature_name", errors), limit=LONGEST_BRIEF_BYTES)
    text = check_text(brief, "brief", errors)
    if not name:
        errors["feature_name"].append("Give the feature a name.")
    elif len(name) > LONGEST_NAME:
        errors["feature_name"].append(f"A feature name has at most {LONGEST_NAME} characters.")
    if len(text.encode("utf-8", "replace")) > LONGEST_BRIEF_BYTES:
        errors["brief"].append(f"A brief has at most {LONGEST_BRIEF_BYTES // 1024} kB of text.")
    budget = _budget(budget_usd, errors)
    if errors:
        raise InvalidInput(errors)
    chosen = get_workflow(workflow)
    model_name = model or settings.SAGE_MODEL
    get_provider(model_name)
    return NewSession(
        team_id=team.pk,
        user_id=user.pk,
        username=user.username,
        feature_name=name,
        brief=text if text.strip() else name,
        workflow=_described(chosen.frozen(), name),
        model=model_name,
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
    """Return the text, or note in `errors` why it is none and return an empty one."""
    if not isinstance(value, str):
        errors[field].append("This is not a text.")
    elif not is_storable(value):
        errors[field].append("This text holds a character that cannot be stored (NUL or half a character).")
    else:
        return value
    return ""


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
