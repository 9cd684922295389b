"""Starts sessions inside the house on demand, and arms failpoints before anybody can see them.

A process of its own with the house's settings: one JSON object a line in, one out. In: `feature_name`, `brief`,
`budget_usd`, and `arm`, a list of {name, action, role, case, seconds...}; a role becomes the id of its task. Out:
`{"session_id": ..., "tasks": {role: id}}`. The files are there before the session's rows can be seen.
`{"cancel": session_id}` cancels one.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402

from accounts.models import User  # noqa: E402
from sessions_app.engine.apply import apply, create  # noqa: E402
from sessions_app.models import AgentTask  # noqa: E402
from sessions_app.rules.drafts import draft_session  # noqa: E402
from sessions_app.rules.sessions import cancel_session, start_session  # noqa: E402
from teams.models import Team  # noqa: E402
from teams.rules.teams import create_team  # noqa: E402


def main() -> None:
    user, team = _somebody()
    print("ready", flush=True)
    for line in sys.stdin:
        wish = json.loads(line)
        if "cancel" in wish:
            apply(wish["cancel"], cancel_session, by=user.username)
            print(json.dumps({"cancelled": wish["cancel"]}), flush=True)
            continue
        draft = draft_session(
            user,
            team_id=team.pk,
            feature_name=wish.get("feature_name", "Loans"),
            brief=wish.get("brief", "People lend things. A loan has a due date."),
            budget_usd=wish.get("budget_usd"),
        )
        with transaction.atomic():
            session_id = create(start_session, draft)
            tasks = dict(AgentTask.objects.filter(session_id=session_id).values_list("agent_role", "id"))
            for entry in wish.get("arm", ()):
                _arm(entry, tasks, session_id)
        print(json.dumps({"session_id": session_id, "tasks": tasks}), flush=True)


def _arm(entry: dict[str, Any], tasks: dict[str, int], session_id: int) -> None:
    name, action, case = entry.pop("name"), entry.pop("action"), entry.pop("case", str(session_id))
    role = entry.pop("role", None)
    only = entry | ({"task_id": tasks[role]} if role else {"session_id": session_id})
    folder = Path(settings.FAILPOINT[1:])
    draft = folder / "fired" / f"draft-{case}"
    draft.parent.mkdir(exist_ok=True)
    draft.write_text(json.dumps(only))
    draft.rename(folder / f"{name}:{action}:{case}")


def _somebody() -> tuple[User, Team]:
    user = User.objects.create_user("lab", "lab@example.org", "a long enough password")
    return user, create_team(owner=user, name="Laboratory")


if __name__ == "__main__":
    main()
