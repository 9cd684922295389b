"""A team's models and its keys for their providers: for owner and admins."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import Refusal
from accounts.forms import show_refusal
from accounts.queries import signed_in_user
from agents.endpoints import is_set_up, offered_models
from agents.forms import KeyForm, ModelsForm
from agents.health import team_states
from agents.model_choice import merged, of_settings, of_team
from agents.providers.names import parse_model, title_of
from agents.queries import get_key, keys_of
from agents.rules.provider_keys import delete_key, store_key
from agents.rules.team_models import choose_models
from teams.errors import StaleVersion
from teams.forms import show_stale
from teams.models import Team
from teams.queries import get_team_to_manage

UNPROCESSABLE = 422


@login_required
@require_safe
def team_models(request: HttpRequest, team_id: int) -> HttpResponse:
    return _page(request, get_team_to_manage(signed_in_user(request), team_id))


@login_required
@require_POST
def team_models_update(request: HttpRequest, team_id: int) -> HttpResponse:
    """Save the models. A stale form is 412: it keeps its input, and may be sent again."""
    team = get_team_to_manage(signed_in_user(request), team_id)
    form = _models_form(team, request.POST.dict())
    status = UNPROCESSABLE
    if form.is_valid():
        try:
            choose_models(team, given=form.given, by=signed_in_user(request), version=form.cleaned_data["version"])
        except StaleVersion as stale:
            status, team = stale.status, get_team_to_manage(signed_in_user(request), team_id)
            show_stale(form, stale)
        except Refusal as refusal:
            show_refusal(form, refusal.detail, refusal.errors)
        else:
            messages.success(request, "Saved. Sessions that start from now on use it.")
            return redirect("agents:team-models", team_id)
    return _page(request, team, models_form=form, status=status)


@sensitive_post_parameters("key")
@login_required
@require_POST
def provider_key_store(request: HttpRequest, team_id: int) -> HttpResponse:
    team = get_team_to_manage(signed_in_user(request), team_id)
    form = KeyForm(request.POST)
    if form.is_valid():
        try:
            row, is_first = store_key(team, by=signed_in_user(request), **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal.detail, refusal.errors)
        else:
            done = "is kept" if is_first else "takes the place of the former one"
            messages.success(request, f"The key for {title_of(row.provider)} {done}.")
            return redirect("agents:team-models", team_id)
    return _page(request, team, key_form=form, status=UNPROCESSABLE)


@login_required
@require_POST
def provider_key_delete(request: HttpRequest, team_id: int, key_id: int) -> HttpResponse:
    row = get_key(get_team_to_manage(signed_in_user(request), team_id), key_id)
    delete_key(row, by=signed_in_user(request))
    messages.success(request, f"The key for {title_of(row.provider)} is deleted.")
    return redirect("agents:team-models", team_id)


def _models_form(team: Team, data: dict[str, str] | None = None) -> ModelsForm:
    return ModelsForm(data, chosen=of_team(team), version=team.version, settings=of_settings())


def _page(
    request: HttpRequest,
    team: Team,
    *,
    models_form: ModelsForm | None = None,
    key_form: KeyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page with forms as sent, or fresh ones."""
    states = {state.provider: state for state in team_states(team.pk)}
    keys = [(row, title_of(row.provider), states.get(row.provider)) for row in keys_of(team)]
    effective = merged(of_settings(), of_team(team))
    provider = parse_model(effective.model or "").provider
    context = {
        "team": team,
        "keys": keys,
        "key_form": key_form or KeyForm(),
        "models_form": models_form or _models_form(team),
        "effective": effective,
        "offered": offered_models(team.pk),
        "not_set_up": "" if is_set_up(provider, team_id=team.pk) else title_of(provider),
    }
    return render(request, "agents/models.html", context, status=status)
