"""Where a session waits for a person's word: gates and questions.

Sent by htmx, the answer is the card as it stands now; else the session's page. Who comes second sees what the first
said, and what they wrote themselves is kept for them.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.forms import show_refusal
from accounts.models import User
from accounts.queries import signed_in_user
from sessions_app import shapes
from sessions_app.engine.apply import apply
from sessions_app.errors import IllegalTransition, InvalidInput
from sessions_app.forms import AnswerForm, GateForm
from sessions_app.models import ExecutionSession, Gate, Question
from sessions_app.queries.sessions import get_for_edit, get_session, session_detail
from sessions_app.rules.gates import approve_gate, reject_gate
from sessions_app.rules.questions import answer_question
from sessions_app.views.attention import RefusedForms, ask_card, gate_card
from sessions_app.views.notes import Note
from sessions_app.views.sessions import UNPROCESSABLE, session_page
from sessions_app.views.steering import is_htmx

CONFLICT = 409


@login_required
@require_POST
def gate_approve(request: HttpRequest, gate_id: int) -> HttpResponse:
    """Let the session go on, with a word for those who work next."""
    return _decide(request, gate_id, approve_gate)


@login_required
@require_POST
def gate_reject(request: HttpRequest, gate_id: int) -> HttpResponse:
    """Send the stage back to the roles that are ticked."""
    return _decide(request, gate_id, reject_gate)


@login_required
@require_POST
def question_answer(request: HttpRequest, question_id: int) -> HttpResponse:
    """Answer an agent with one of its options, or in one's own words."""
    user = signed_in_user(request)
    row = get_for_edit(user, Question, question_id)
    session = get_session(user, row.session_id)
    asked = Question.objects.only("options", "default").get(pk=row.pk)
    form = AnswerForm(request.POST, question_id=row.pk, options=asked.options, default=asked.default)
    note, status = Note("warn", "Nothing was sent."), UNPROCESSABLE
    if form.is_valid():
        try:
            apply(session.pk, answer_question, row.pk, user_id=user.pk, by=user.username, answer=form.answer)
        except InvalidInput as refusal:
            show_refusal(form, refusal.detail, {"own": refusal.errors["answer"]})
        except IllegalTransition as refusal:
            note, status = Note("warn", refusal.detail, form.answer), CONFLICT
        else:
            note, status = Note("good", "Your answer is on its way to the agent."), 200
    detail = session_detail(session)
    question = next(question for question in detail.questions if question.id == row.pk)
    if status == CONFLICT and question.answer is not None:
        note = Note("warn", _answered(question), form.answer)
    elif status == 200 and question.answered_by != user.username:
        note = Note("good", _answered(question))
    refused = form if status == UNPROCESSABLE else None
    return _reply(
        request,
        session,
        note,
        status,
        template="sessions/_question.html",
        card={"detail": detail, "ask": ask_card(question, form=refused)},
        refused=RefusedForms(answers={row.pk: refused} if refused else {}),
    )


def _decide(request: HttpRequest, gate_id: int, rule: Any) -> HttpResponse:
    user = signed_in_user(request)
    session = get_session(user, get_for_edit(user, Gate, gate_id).session_id)
    before = session_detail(session)
    gate = _gate_in(before, gate_id)
    roles = [task.agent for stage in before.stages if stage.number == gate.stage for task in stage.tasks]
    form = GateForm(request.POST, roles=roles, gate_id=gate_id)
    note, status = Note("warn", "Nothing was sent."), UNPROCESSABLE
    if form.is_valid():
        said = form.cleaned_data["feedback"]
        asked = {"feedback": said} | ({"roles": form.cleaned_data["roles"]} if rule is reject_gate else {})
        try:
            apply(session.pk, rule, gate_id, user_id=user.pk, by=user.username, **asked)
        except InvalidInput as refusal:
            show_refusal(form, refusal.detail, refusal.errors)
        except IllegalTransition as refusal:
            note, status = Note("warn", refusal.detail, said), CONFLICT
        else:
            note, status = _decided_note(user, gate_id, said), 200
    session = get_session(user, session.pk)
    detail = session_detail(session)
    gate = _gate_in(detail, gate_id)
    if status == CONFLICT and gate.decided_by:
        note = Note("warn", _decided(gate), note.kept)
    refused = form if status == UNPROCESSABLE else None
    return _reply(
        request,
        session,
        note,
        status,
        template="sessions/_gate.html",
        card={"detail": detail, "open": gate_card(session, detail, gate, form=refused)},
        refused=RefusedForms(gate=refused),
    )


def _reply(
    request: HttpRequest,
    session: ExecutionSession,
    note: Note,
    status: int,
    *,
    template: str,
    card: dict[str, Any],
    refused: RefusedForms,
) -> HttpResponse:
    """Answer with the card alone when htmx asked; else lead back to the session's page, or show it with what failed."""
    if is_htmx(request):
        return render(request, template, {"session": session, "note": note, "is_answer": True, **card}, status=status)
    if status == 200:
        (messages.success if note.tone == "good" else messages.warning)(request, _with_kept(note))
        return redirect("sessions:detail", session.pk)
    return session_page(
        request, get_session(signed_in_user(request), session.pk), note=note, status=status, refused=refused
    )


def _decided_note(user: User, gate_id: int, said: str) -> Note:
    """What to tell whoever came through: perhaps somebody else had said the same before."""
    gate = Gate.objects.select_related("stage", "decided_by").defer("quality", "stage__quality").get(pk=gate_id)
    if gate.decided_by is not None and gate.decided_by != user:
        return Note("warn", _sentence(gate.decided_by.username, gate.status, gate.stage.number, gate.feedback), said)
    return Note("good", f"You {_verb(gate.status, gate.stage.number)}.")


def _decided(gate: shapes.Gate) -> str:
    return _sentence(gate.decided_by or "", gate.status, gate.stage, gate.feedback)


def _sentence(by: str, status: str, stage: int, feedback: str) -> str:
    said = f", and said: “{feedback}”" if feedback else ""
    return f"{by} {_verb(status, stage)} before you{said}."


def _verb(status: str, stage: int) -> str:
    return f"approved gate {stage}" if status == "approved" else f"sent stage {stage} back"


def _answered(question: shapes.Question) -> str:
    who = f"{question.answered_by} answered before you" if question.answered_by else "The default was taken before you"
    return f"{who}: “{question.answer}”."


def _with_kept(note: Note) -> str:
    return f"{note.says} What you wrote was not recorded: “{note.kept}”." if note.kept else note.says


def _gate_in(detail: shapes.SessionDetail, gate_id: int) -> shapes.Gate:
    return next(gate for gate in detail.gates if gate.id == gate_id)
