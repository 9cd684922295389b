"""Which workflows, roles and model providers there are."""

from __future__ import annotations

from dataclasses import asdict

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.queries import signed_in_user
from agents.roles import ROLES
from agents.workflows import WORKFLOWS, Workflow, role_in
from sessions_app import shapes
from sessions_app.api.pages import whole_list
from sessions_app.api.parameters import whole_number
from sessions_app.errors import NotReachable
from sessions_app.queries.offered import provider_shapes
from teams.models import Team

OF_TEAM = OpenApiParameter("team", int, description="As this team's calls are made: with its own keys, if it has any.")


class WorkflowsAPI(APIView):
    """The workflows a session can take."""

    @extend_schema(operation_id="workflows_list", responses={200: shapes.Page[shapes.Workflow]})
    def get(self, request: Request) -> Response:
        return whole_list([_told(workflow) for workflow in WORKFLOWS.values()])


class RolesAPI(APIView):
    """The roles that agents play."""

    @extend_schema(operation_id="roles_list", responses={200: shapes.Page[shapes.Role]})
    def get(self, request: Request) -> Response:
        return whole_list([shapes.Role.model_validate(asdict(role)) for role in ROLES.values()])


class ProvidersAPI(APIView):
    """The model providers that are set up, each as it was when it was last asked."""

    @extend_schema(operation_id="providers_list", responses={200: shapes.Page[shapes.Provider]}, parameters=[OF_TEAM])
    def get(self, request: Request) -> Response:
        team_id = whole_number(request, "team")
        team = None
        if team_id is not None:
            team = Team.objects.visible_to(signed_in_user(request)).filter(pk=team_id).first()
            if team is None:
                raise NotReachable("There is no such team.")
        return whole_list(provider_shapes(team))


def _told(workflow: Workflow) -> shapes.Workflow:
    """A workflow with what each of its tasks owes, be it said by the task or by its role."""
    plan = workflow.frozen()
    for stage in plan["stages"]:
        for task in stage["tasks"]:
            task["owes"] = [asdict(owed) for owed in role_in(ROLES[task["role"]], task).owes]
    return shapes.Workflow.model_validate({"description": workflow.description, **plan})
