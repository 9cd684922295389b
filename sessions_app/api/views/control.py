"""What a person does to a session under way: pause, resume, cancel, retry; and what that would mean."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.queries import signed_in_user
from sessions_app import shapes
from sessions_app.api.answers import detail_answer, started_answer
from sessions_app.api.parameters import AFTER_STAGE, TASK, one_of, required, whole_number
from sessions_app.api.serializers import ForkSerializer, RetrySerializer
from sessions_app.engine.apply import apply, create
from sessions_app.engine.fork_source import fork_source
from sessions_app.engine.plans import ACTIONS, plan_fork, plan_resume, plan_retry, require_task
from sessions_app.engine.writer import Rule
from sessions_app.models import AgentTask
from sessions_app.queries.sessions import get_for_edit, get_session, get_session_for_edit
from sessions_app.rules.control import cancel_task, pause_session, resume_session, retry_session
from sessions_app.rules.drafts import draft_fork
from sessions_app.rules.forks import fork_session
from sessions_app.rules.sessions import cancel_session

ACTION = OpenApiParameter("action", str, enum=ACTIONS, required=True)


class SessionActAPI(APIView):
    """Base of the acts that need no input: one rule, and the session's detail."""

    rule: ClassVar[Rule]

    @extend_schema(request=None, responses={200: shapes.SessionDetail})
    def post(self, request: Request, session_id: int) -> Response:
        user = signed_in_user(request)
        session = get_session_for_edit(user, session_id)
        apply(session.pk, self.rule, by=user.username)
        return detail_answer(request, session.pk)


class SessionPauseAPI(SessionActAPI):
    """Start nothing new; running calls finish and are kept. Pausing it again changes nothing."""

    rule = staticmethod(pause_session)


class SessionResumeAPI(SessionActAPI):
    """Let a paused session go on, or wait at its gate again."""

    rule = staticmethod(resume_session)


class SessionCancelAPI(SessionActAPI):
    """Stop a session for good; running calls are aborted. Cancelling it again changes nothing."""

    rule = staticmethod(cancel_session)


class SessionRetryAPI(APIView):
    """Have the failed tasks of a failed session done once more, or one task that failed or was cancelled."""

    @extend_schema(request=RetrySerializer, responses={200: shapes.SessionDetail})
    def post(self, request: Request, session_id: int) -> Response:
        user = signed_in_user(request)
        session = get_session_for_edit(user, session_id)
        body = RetrySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        task_id = body.validated_data.get("task_id")
        require_task(session, task_id)
        apply(session.pk, retry_session, by=user.username, task_id=task_id)
        return detail_answer(request, session.pk)


class SessionForkAPI(APIView):
    """Start a new session from the end of a stage of this one, with another brief, model, decision or set of roles."""

    @extend_schema(request=ForkSerializer, responses={201: shapes.StartedSession})
    def post(self, request: Request, session_id: int) -> Response:
        user = signed_in_user(request)
        session = get_session_for_edit(user, session_id)
        body = ForkSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        wish = draft_fork(user, session, **body.validated_data)
        forked = create(fork_session, fork_source(session, body.validated_data["after_stage"]), wish)
        return started_answer(request, forked)


class SessionPlanAPI(APIView):
    """What resume, retry or fork would keep, run and perhaps repeat, and what that may cost; 409 when it cannot be."""

    @extend_schema(responses={200: shapes.Plan}, parameters=[ACTION, TASK, AFTER_STAGE])
    def get(self, request: Request, session_id: int) -> Response:
        session = get_session(signed_in_user(request), session_id)
        action = required(one_of(request, "action", ACTIONS), "action")
        if action == "resume":
            plan = plan_resume(session)
        elif action == "retry":
            plan = plan_retry(session, task_id=whole_number(request, "task_id"))
        else:
            plan = plan_fork(session, after_stage=required(whole_number(request, "after_stage"), "after_stage"))
        return Response(plan.as_json())


class TaskCancelAPI(APIView):
    """Stop one task; without its work the session fails once the others of its stage have ended."""

    @extend_schema(request=None, responses={200: shapes.SessionDetail})
    def post(self, request: Request, task_id: int) -> Response:
        user = signed_in_user(request)
        task = get_for_edit(user, AgentTask, task_id)
        apply(task.session_id, cancel_task, task.pk, by=user.username)
        return detail_answer(request, task.session_id)


class TaskRetryAPI(APIView):
    """Have one task that failed or was cancelled done once more."""

    @extend_schema(request=None, responses={200: shapes.SessionDetail})
    def post(self, request: Request, task_id: int) -> Response:
        user = signed_in_user(request)
        task = get_for_edit(user, AgentTask, task_id)
        apply(task.session_id, retry_session, by=user.username, task_id=task.pk)
        return detail_answer(request, task.session_id)
