"""Make a team, look at it, change it, invite people."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import Refusal
from accounts.forms import show_refusal
from accounts.queries import signed_in_user
from teams.errors import StaleVersion
from teams.forms import InviteForm, TeamForm, TeamSettingsForm, show_stale
from teams.models import Role, Team
from teams.queries import get_team, get_team_to_manage, members_of, months_of
from teams.rules.members import invite_user
from teams.rules.teams import create_team, update_team

UNPROCESSABLE = 422


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def team_create(request: HttpRequest) -> HttpResponse:
    form = TeamForm(request.POST if request.method == "POST" else None, initial={"is_shared": True})
    if form.is_valid():
        return redirect(create_team(owner=signed_in_user(request), **form.cleaned_data))
    return render(request, "teams/create.html", {"form": form}, status=UNPROCESSABLE if form.is_bound else 200)


@login_required
@require_safe
def team_detail(request: HttpRequest, team_id: int) -> HttpResponse:
    return _team_page(request, get_team(signed_in_user(request), team_id))


@login_required
@require_POST
def team_update(request: HttpRequest, team_id: int) -> HttpResponse:
    """Save the settings. A stale form is 412: it keeps its input beside what the team is now, and may be sent again."""
    team = get_team_to_manage(signed_in_user(request), team_id)
    form = TeamSettingsForm(request.POST.dict())
    status = UNPROCESSABLE
    if form.is_valid():
        try:
            update_team(team, by=signed_in_user(request), **form.cleaned_data)
        except StaleVersion as stale:
            status, team = stale.status, get_team_to_manage(signed_in_user(request), team_id)
            show_stale(form, stale)
        except Refusal as refusal:
            show_refusal(form, refusal.detail, refusal.errors)
        else:
            messages.success(request, "Saved.")
            return redirect(team)
    return _team_page(request, team, settings_form=form, status=status)


@login_required
@require_POST
def team_invite(request: HttpRequest, team_id: int) -> HttpResponse:
    team = get_team_to_manage(signed_in_user(request), team_id)
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            joined = invite_user(team, by=signed_in_user(request), **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal.detail, refusal.errors)
        else:
            username = form.cleaned_data["username"]
            messages.success(request, f"{username} joined." if joined else f"{username} was a member already.")
            return redirect(team)
    return _team_page(request, team, invite_form=form, status=UNPROCESSABLE)


def _team_page(
    request: HttpRequest,
    team: Team,
    *,
    settings_form: TeamSettingsForm | None = None,
    invite_form: InviteForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page with forms as sent, or fresh ones; people who do not manage the team see none."""
    context: dict[str, object] = {
        "team": team,
        "memberships": members_of(team),
        "months": months_of(team),
        "role": Role(team.role).label,
        "can_manage": team.role in Role.managers(),
    }
    if context["can_manage"]:
        context["settings_form"] = settings_form or TeamSettingsForm(initial=_settings_of(team))
        context["invite_form"] = invite_form or InviteForm()
    return render(request, "teams/detail.html", context, status=status)


def _settings_of(team: Team) -> dict[str, object]:
    return {name: getattr(team, name) for name in TeamSettingsForm.base_fields}
