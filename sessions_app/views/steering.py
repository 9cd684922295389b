"""What a person decides for the agents of a running session."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.forms import show_refusal
from accounts.queries import signed_in_user
from sessions_app.engine.apply import apply
from sessions_app.errors import IllegalTransition, InvalidInput
from sessions_app.forms import DecisionForm
from sessions_app.queries.sessions import get_session, get_session_for_edit
from sessions_app.rules.decisions import record_decision
from sessions_app.views.sessions import UNPROCESSABLE, session_page


@login_required
@require_POST
def session_decide(request: HttpRequest, session_id: int) -> HttpResponse:
    """Record what a person decides for the agents; refused input is kept in the form."""
    user = signed_in_user(request)
    session = get_session_for_edit(user, session_id)
    form, status = DecisionForm(request.POST), UNPROCESSABLE
    if form.is_valid():
        try:
            apply(session.pk, record_decision, user_id=user.pk, by=user.username, **form.cleaned_data)
        except InvalidInput as refusal:
            show_refusal(form, refusal.detail, {"text": refusal.errors["decision_text"]})
        except IllegalTransition as refusal:
            status = refusal.status
            show_refusal(form, f"{refusal.detail} Your text is kept.", {})
        else:
            if is_htmx(request):
                return steering(request, get_session(user, session_id), DecisionForm(), has_decided=True)
            messages.success(request, "Recorded. It binds every task that starts from now on.")
            return redirect("sessions:detail", session.pk)
    session = get_session(user, session_id)
    if is_htmx(request):
        return steering(request, session, form, status=status)
    return session_page(request, session, form, status=status)


def steering(
    request: HttpRequest, session: Any, form: DecisionForm, *, has_decided: bool = False, status: int = 200
) -> HttpResponse:
    context = {"session": session, "form": form, "has_decided": has_decided}
    return render(request, "sessions/_steering.html", context, status=status)


def is_htmx(request: HttpRequest) -> bool:
    """Whether a script of ours asked, which takes a part of the page for an answer."""
    return bool(request.htmx)  # type: ignore[attr-defined]
