"""`sessions/{id}/tasks` and `tasks/{id}`."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.queries import signed_in_user
from sessions_app import shapes
from sessions_app.api.pages import whole_list
from sessions_app.queries.sessions import get_session
from sessions_app.queries.tasks import get_task, task_detail, task_shapes


class SessionTasksAPI(APIView):
    """The agent tasks of a session in the order of its workflow; the list is always whole."""

    @extend_schema(operation_id="sessions_tasks_list", responses={200: shapes.Page[shapes.Task]})
    def get(self, request: Request, session_id: int) -> Response:
        return whole_list(task_shapes(get_session(signed_in_user(request), session_id)))


class TaskAPI(APIView):
    """One task with its input, output, attempts, snapshots and model calls."""

    @extend_schema(responses={200: shapes.TaskDetail})
    def get(self, request: Request, task_id: int) -> Response:
        return Response(task_detail(get_task(signed_in_user(request), task_id)).as_json())
