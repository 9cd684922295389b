"""What a session would cost and take if it were started now."""

from __future__ import annotations

from accounts.models import User
from agents.model_choice import ModelChoice, frozen, of_team
from agents.providers import check_model
from agents.workflows import get_workflow
from sessions_app import shapes
from sessions_app.errors import NotReachable
from sessions_app.models import ExecutionSession
from sessions_app.queries.estimates import Usual, load_estimates, together
from sessions_app.queries.tasks import agent_name
from teams.models import Team


def team_to_forecast_for(user: User, team_id: int) -> Team:
    """The team when the user can see it: one query. Raises NotReachable."""
    team: Team | None = Team.objects.visible_to(user).filter(pk=team_id).first()
    if team is None:
        raise NotReachable("There is no such team.")
    return team


def forecast(team: Team, *, workflow: str, model: str | None = None) -> shapes.Forecast:
    """A range for each role and for all of it, from the team's earlier sessions, else from defaults: one query.

    Without `model` the team's own counts, or the server's; a role that has a model of its own keeps it.
    Raises UnknownWorkflow and UnknownModel.
    """
    if model is not None:
        check_model(model)
    plan = get_workflow(workflow)
    stages = plan.stages
    roles = [task.role for stage in stages for task in stage.tasks]
    models = frozen(of_team(team), ModelChoice(model=model), roles=roles)
    planned = ExecutionSession(team=team, workflow={**plan.frozen(), "models": models}, model=models["model"])
    estimates = load_estimates([team.pk])
    usual = [[estimates.usual_in(planned, task.role) for task in stage.tasks] for stage in stages]
    total = together(usual)
    return shapes.Forecast(
        team_id=team.pk,
        workflow=workflow,
        model=planned.model,
        simulated=planned.is_simulated,
        estimate_usd=total.usd_ends,
        likely_usd=total.usd.likely if total.usd else None,
        estimate_seconds=[total.seconds.low, total.seconds.high],
        likely_seconds=total.seconds.likely,
        based_on=total.based_on,
        roles=[
            _role(number, task.role, known)
            for number, (stage, each) in enumerate(zip(stages, usual, strict=True), start=1)
            for task, known in zip(stage.tasks, each, strict=True)
        ],
    )


def _role(stage: int, role: str, usual: Usual) -> shapes.RoleForecast:
    return shapes.RoleForecast(
        stage=stage,
        agent=role,
        agent_name=agent_name(role),
        estimate_usd=usual.usd_ends,
        likely_usd=usual.usd.likely if usual.usd else None,
        estimate_seconds=[usual.seconds.low, usual.seconds.high],
        likely_seconds=usual.seconds.likely,
        based_on=usual.based_on,
    )
