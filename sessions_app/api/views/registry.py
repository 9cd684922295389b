"""Which workflows and roles there are."""

from __future__ import annotations

from dataclasses import asdict

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.roles import ROLES
from agents.workflows import WORKFLOWS, Workflow, role_in
from sessions_app import shapes
from sessions_app.api.pages import whole_list


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


def _told(workflow: Workflow) -> shapes.Workflow:
    """A workflow with what each of its tasks owes, be it said by the task or by its role."""
    plan = workflow.frozen()
    for stage in plan["stages"]:
        for task in stage["tasks"]:
            task["owes"] = [asdict(owed) for owed in role_in(ROLES[task["role"]], task).owes]
    return shapes.Workflow.model_validate({"description": workflow.description, **plan})
