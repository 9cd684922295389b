"""The parts of a session page, each as the live page fetches it anew."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.queries import signed_in_user
from sessions_app.errors import NotReachable
from sessions_app.forms import DecisionForm
from sessions_app.queries.attention import count_needs
from sessions_app.queries.pages import live_sessions
from sessions_app.queries.sessions import get_session, session_detail
from sessions_app.views.attention import attention
from sessions_app.views.context import artifacts, decisions, feed, lanes, monitor, view_of
from sessions_app.views.steering import steering


@login_required
@require_safe
def live_now(request: HttpRequest) -> HttpResponse:
    """The sidebar's list of what runs; `open` is the path of the page that shows it."""
    user = signed_in_user(request)
    context = {"live": live_sessions(user), "open": request.GET.get("open", ""), "needs": count_needs(user)}
    context["is_news"] = True
    return render(request, "components/_live_now.html", context)


@login_required
@require_safe
def session_head(request: HttpRequest, session_id: int) -> HttpResponse:
    return _fragment(request, session_id, "sessions/_head.html")


@login_required
@require_safe
def session_vitals(request: HttpRequest, session_id: int) -> HttpResponse:
    return _fragment(request, session_id, "sessions/_vitals.html")


@login_required
@require_safe
def session_tabs(request: HttpRequest, session_id: int) -> HttpResponse:
    return _fragment(request, session_id, "sessions/_tabs.html", view=view_of(request))


@login_required
@require_safe
def session_status(request: HttpRequest, session_id: int) -> HttpResponse:
    session = get_session(signed_in_user(request), session_id)
    return render(request, "sessions/_status.html", {"session": session})


@login_required
@require_safe
def session_actions(request: HttpRequest, session_id: int) -> HttpResponse:
    session = get_session(signed_in_user(request), session_id)
    return render(request, "sessions/_actions.html", {"session": session})


@login_required
@require_safe
def session_steering(request: HttpRequest, session_id: int) -> HttpResponse:
    return steering(request, get_session(signed_in_user(request), session_id), DecisionForm())


@login_required
@require_safe
def session_attention(request: HttpRequest, session_id: int) -> HttpResponse:
    session = get_session(signed_in_user(request), session_id)
    return render(request, "sessions/_attention.html", attention(session))


@login_required
@require_safe
def session_gate(request: HttpRequest, session_id: int, number: int) -> HttpResponse:
    """The mark of the gate after a stage, and what people said at it."""
    session = get_session(signed_in_user(request), session_id)
    detail = session_detail(session)
    stage = next((stage for stage in detail.stages if stage.number == number), None)
    if stage is None:
        raise NotReachable("This session has no such stage.")
    return render(request, "sessions/_gate_mark.html", {"session": session, "detail": detail, "stage": stage})


@login_required
@require_safe
def session_questions(request: HttpRequest, session_id: int) -> HttpResponse:
    return _fragment(request, session_id, "sessions/_questions.html")


@login_required
@require_safe
def session_quality(request: HttpRequest, session_id: int) -> HttpResponse:
    return _fragment(request, session_id, "sessions/_quality.html")


@login_required
@require_safe
def session_stage(request: HttpRequest, session_id: int, number: int) -> HttpResponse:
    session = get_session(signed_in_user(request), session_id)
    stage = next((stage for stage in session_detail(session).stages if stage.number == number), None)
    if stage is None:
        raise NotReachable("This session has no such stage.")
    return render(request, "sessions/_stage.html", {"session": session, "stage": stage})


@login_required
@require_safe
def session_agent(request: HttpRequest, session_id: int, task_id: int) -> HttpResponse:
    context = lanes(get_session(signed_in_user(request), session_id))
    for stage in context["detail"].stages:
        for task in stage.tasks:
            if task.id == task_id:
                return render(request, "sessions/_agent.html", context | {"stage": stage, "task": task})
    raise NotReachable("This session has no such task.")


@login_required
@require_safe
def session_feed(request: HttpRequest, session_id: int) -> HttpResponse:
    """The rows of events after the one that the page has, newest first."""
    session = get_session(signed_in_user(request), session_id)
    after = request.GET.get("after", "")
    context = feed(session, after=int(after) if after.isdecimal() and len(after) < 10 else 0) | {"is_news": True}
    return render(request, "sessions/_feed_rows.html", context)


@login_required
@require_safe
def session_decisions(request: HttpRequest, session_id: int) -> HttpResponse:
    session = get_session(signed_in_user(request), session_id)
    return render(request, "sessions/_decisions.html", decisions(session))


@login_required
@require_safe
def session_artifacts(request: HttpRequest, session_id: int) -> HttpResponse:
    session = get_session(signed_in_user(request), session_id)
    return render(request, "sessions/_artifacts.html", artifacts(session))


def _fragment(request: HttpRequest, session_id: int, template: str, **more: Any) -> HttpResponse:
    return render(request, template, monitor(get_session(signed_in_user(request), session_id)) | more)
