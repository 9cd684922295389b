"""Sessions as a list, the form that starts one, its page and its bundle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import show_refusal
from accounts.queries import signed_in_user
from agents.endpoints import offered_models
from agents.errors import UnknownModel
from agents.providers import check_model
from agents.workflows import WORKFLOWS
from sessions_app.chosen_team import chosen_among, remember_team, teams_in
from sessions_app.engine.apply import create
from sessions_app.errors import InvalidInput, NotReachable
from sessions_app.forms import DecisionForm, SessionFilterForm, StartSessionForm
from sessions_app.journal.export import bundle_name, bundle_of, zipped
from sessions_app.model_form import OTHER
from sessions_app.queries import pages
from sessions_app.queries import sessions as session_queries
from sessions_app.queries.decisions import requirements_of
from sessions_app.queries.family import family_of
from sessions_app.queries.forecasts import forecast
from sessions_app.queries.offered import offered_to
from sessions_app.queries.sessions import get_session
from sessions_app.queries.warnings import start_warnings
from sessions_app.rules.drafts import draft_session
from sessions_app.rules.sessions import NewSession, start_session
from sessions_app.views.attention import RefusedForms, attention
from sessions_app.views.calls import calls
from sessions_app.views.context import artifacts, decisions, feed, lanes, view_of
from sessions_app.views.notes import Note
from sessions_app.views.once import create_once
from teams.models import Role

UNPROCESSABLE = 422
PAGE_SIZE = 25


@login_required
@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """All sessions the person can see, newest first, filtered by team, status and text."""
    user = signed_in_user(request)
    form = SessionFilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    sessions = session_queries.narrowed(
        session_queries.sessions_of(user),
        team_id=asked.get("team"),
        status=asked.get("status") or None,
        text=asked.get("q", "").strip() or None,
    )
    page = Paginator(sessions.defer("brief").order_by("-created_at", "-id"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    rows = list(page.object_list)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "teams": teams_in(request),
        "page": page,
        "rows": session_queries.summaries(rows),
        "leaves": pages.leaves_of(row.pk for row in rows),
        "query": query.urlencode(),
        "is_filtered": any(asked.values()),
    }
    return render(request, "sessions/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def session_new(request: HttpRequest) -> HttpResponse:
    """Ask for name and brief, and start. What the rules refuse stands beside its field, with the input kept."""
    user = signed_in_user(request)
    teams = [team for team in teams_in(request) if team.role in Role.editors()]
    chosen = chosen_among(teams, request)
    initial = {"team": request.GET.get("team") or (chosen.pk if chosen else None)}
    data = request.POST if request.method == "POST" else None
    team = _team(teams, request.POST.get("team") or initial["team"])
    offered = offered_to(team) if team else []
    form = StartSessionForm(data, teams=teams, offered=offered, initial=initial)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            new = draft_session(
                user,
                team_id=asked["team"],
                feature_name=asked["feature_name"],
                brief=asked["brief"],
                workflow=asked["workflow"] or next(iter(WORKFLOWS)),
                budget_usd=asked["budget_usd"],
                gates=_by_stage(form.asked_gates),
                question_seconds=asked["question_seconds"],
                **form.asked_models,
            )
        except InvalidInput as refusal:
            show_refusal(form, refusal.detail, refusal.errors)
        else:
            form.warnings = start_warnings(new.workflow, model=new.model, team_id=new.team_id)
        if form.is_valid() and (asked["start_anyway"] or not form.warnings):
            remember_team(request, new.team_id)
            return redirect("sessions:detail", create_once(user, asked["once"], new, _start))
    context = {"form": form, "teams": teams, "workflows": list(WORKFLOWS.values())}
    if team is not None:
        workflow = _workflow(form["workflow"].value())
        model = _model(form.shown_model, form["other_model"].value(), default=form.default_model)
        context |= {"chosen": WORKFLOWS[workflow], "forecast": forecast(team, workflow=workflow, model=model)}
    return render(request, "sessions/new.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@login_required
@require_safe
def session_detail(request: HttpRequest, session_id: int) -> HttpResponse:
    return session_page(request, get_session(signed_in_user(request), session_id))


@login_required
@require_safe
def session_export(request: HttpRequest, session_id: int) -> HttpResponse:
    """The bundle of what exists so far, as a zip file."""
    session = get_session(signed_in_user(request), session_id)
    response = HttpResponse(zipped(bundle_of(session.pk)), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, f"{bundle_name(session)}.zip") or ""
    return response


@login_required
@require_safe
def session_forecast(request: HttpRequest) -> HttpResponse:
    """What a session would cost and take in a team, in a workflow: the new-session page asks when either changes."""
    asked = request.GET.get("team", "")
    team = next((team for team in teams_in(request) if str(team.pk) == asked), None)
    if team is None:
        raise NotReachable("There is no such team.")
    workflow = _workflow(request.GET.get("workflow"))
    default = next(iter(offered_models(team.pk)), settings.SAGE_MODEL)
    asked_model = _model(request.GET.get("model"), request.GET.get("other_model"), default=default)
    told = forecast(team, workflow=workflow, model=asked_model)
    return render(request, "sessions/_forecast.html", {"forecast": told, "workflow": WORKFLOWS[workflow]})


@login_required
@require_safe
def session_models(request: HttpRequest) -> HttpResponse:
    """The models that a team is offered: the new-session page asks when the team changes, and what is typed stays."""
    teams = [team for team in teams_in(request) if team.role in Role.editors()]
    team = next((team for team in teams if str(team.pk) == request.GET.get("team", "")), None)
    if team is None:
        raise NotReachable("There is no such team.")
    form = StartSessionForm(None, teams=teams, offered=offered_to(team), initial=request.GET.dict())
    return render(request, "sessions/_models.html", {"form": form})


def session_page(
    request: HttpRequest,
    session: Any,
    form: DecisionForm | None = None,
    *,
    note: Note | None = None,
    status: int = 200,
    refused: RefusedForms | None = None,
) -> HttpResponse:
    """The whole page, with forms that were refused as they were filled in."""
    view = view_of(request)
    shown = lanes(session)
    context = shown | feed(session) | attention(session, shown["detail"], refused=refused)
    context |= {"view": view, "form": form or DecisionForm(), "note": note, "family": family_of(session)}
    if view == "decisions":
        context |= decisions(session)
    elif view == "artifacts":
        context |= artifacts(session)
    elif view == "calls":
        context |= calls(request, session)
    elif view == "brief":
        context["requirements"] = requirements_of(session)
    return render(request, "sessions/detail.html", context, status=status)


def _start(new: NewSession) -> int:
    started: int = create(start_session, new)
    return started


def _workflow(asked: Any) -> str:
    return asked if asked in WORKFLOWS else next(iter(WORKFLOWS))


def _team(teams: Sequence[Any], asked: Any) -> Any:
    return next((team for team in teams if str(team.pk) == str(asked)), teams[0] if teams else None)


def _model(chosen: str | None, written: str | None, *, default: str) -> str:
    """The model that a forecast is made for; the default while what is written is none."""
    model = (written if chosen == OTHER else chosen) or default
    try:
        check_model(model)
    except UnknownModel:
        return default
    return model


def _by_stage(gates: dict[int, bool | str] | None) -> dict[str, bool | str] | None:
    return None if gates is None else {str(number): gate for number, gate in gates.items()}
