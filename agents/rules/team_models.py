"""What a team's sessions start with: model, fallback models, temperature, longest answer, and of a role its own."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.errors import InvalidInput
from accounts.models import User
from agents.model_choice import FIELDS, Errors, checked
from teams.models import Team
from teams.rules.teams import lock_team

log = logging.getLogger(__name__)


def choose_models(team: Team, *, given: Mapping[str, Any], by: User, version: int | None = None) -> Team:
    """The team with these defaults in place of its former ones; sessions that have started keep theirs.

    `given` is read by `model_choice.checked`; what it leaves unsaid is the operator's to say. `version` is the one that
    the caller read: raises StaleVersion when the team has moved on, and InvalidInput.
    """
    errors: Errors = {}
    choice = checked(given, errors)
    if errors:
        raise InvalidInput(errors)
    with transaction.atomic():
        current = lock_team(team, version=version)
        others = {name: value for name, value in current.defaults.items() if name not in FIELDS}
        defaults = {**others, **choice.as_json()}
        if defaults != current.defaults:
            current.defaults = defaults
            current.version += 1
            current.save(update_fields=["defaults", "version", "updated_at"])
            log.info("%s chose the models of team %s", by.username, team.pk)
    return current
