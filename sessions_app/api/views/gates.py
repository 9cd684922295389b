"""Gates, questions and stages: where a session waits for a person."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.queries import signed_in_user
from sessions_app import shapes
from sessions_app.api.answers import detail_answer
from sessions_app.api.serializers import (
    AnswerSerializer,
    ApprovalSerializer,
    RejectionSerializer,
    StageAnswersSerializer,
)
from sessions_app.engine.apply import apply
from sessions_app.models import Gate, Question
from sessions_app.queries.sessions import get_for_edit, get_session, get_session_for_edit
from sessions_app.queries.stages import get_stage, stage_detail
from sessions_app.rules.gates import approve_gate, reject_gate
from sessions_app.rules.questions import answer_question, answer_stage


class GateApproveAPI(APIView):
    """Let the session go on. Approving again changes nothing; a gate that was rejected stays so (409)."""

    @extend_schema(request=ApprovalSerializer, responses={200: shapes.SessionDetail})
    def post(self, request: Request, gate_id: int) -> Response:
        user = signed_in_user(request)
        gate = get_for_edit(user, Gate, gate_id)
        body = ApprovalSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        apply(gate.session_id, approve_gate, gate.pk, user_id=user.pk, by=user.username, **body.validated_data)
        return detail_answer(request, gate.session_id)


class GateRejectAPI(APIView):
    """Send the stage back: roles of it work another round with the feedback. Rejecting again changes nothing."""

    @extend_schema(request=RejectionSerializer, responses={200: shapes.SessionDetail})
    def post(self, request: Request, gate_id: int) -> Response:
        user = signed_in_user(request)
        gate = get_for_edit(user, Gate, gate_id)
        body = RejectionSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        apply(gate.session_id, reject_gate, gate.pk, user_id=user.pk, by=user.username, **body.validated_data)
        return detail_answer(request, gate.session_id)


class QuestionAnswerAPI(APIView):
    """Answer an agent. The last answer lets its task go on; the same answer again changes nothing."""

    @extend_schema(request=AnswerSerializer, responses={200: shapes.SessionDetail})
    def post(self, request: Request, question_id: int) -> Response:
        user = signed_in_user(request)
        question = get_for_edit(user, Question, question_id)
        body = AnswerSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        apply(
            question.session_id, answer_question, question.pk, user_id=user.pk, by=user.username, **body.validated_data
        )
        return detail_answer(request, question.session_id)


class SessionStageAPI(APIView):
    """One stage: its tasks, what it asks and takes as an answer, warnings and checks."""

    @extend_schema(responses={200: shapes.StageDetail})
    def get(self, request: Request, session_id: int, number: int) -> Response:
        session = get_session(signed_in_user(request), session_id)
        return Response(stage_detail(session, get_stage(session, number)).as_json())


class StageAnswersAPI(APIView):
    """Answer everything that a stage asks, all at once."""

    @extend_schema(request=StageAnswersSerializer, responses={200: shapes.SessionDetail})
    def post(self, request: Request, session_id: int, number: int) -> Response:
        user = signed_in_user(request)
        session = get_session_for_edit(user, session_id)
        stage = get_stage(session, number)
        body = StageAnswersSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        apply(session.pk, answer_stage, stage.number, user_id=user.pk, by=user.username, **body.validated_data)
        return detail_answer(request, session.pk)
