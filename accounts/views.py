"""Sign-up, sign-in and sign-out."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import web_sessions
from accounts.errors import Refusal
from accounts.forms import SignInForm, SignUpForm, show_refusal
from accounts.rules.sign_in import check_credentials
from accounts.rules.sign_up import sign_up

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@never_cache
def signup(request: HttpRequest) -> HttpResponse:
    """Make an account, sign in, and go where the person was going, else to the dashboard."""
    if request.user.is_authenticated:
        return _onwards(request)
    form = SignUpForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            user = sign_up(**form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal.detail, refusal.errors)
        else:
            web_sessions.sign_in(request, user)
            return _onwards(request)
    return _form(request, "accounts/signup.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@never_cache
def login(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return _onwards(request)
    form = SignInForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            user = check_credentials(**form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, "Name and password do not match.", refusal.errors)
        else:
            web_sessions.sign_in(request, user)
            return _onwards(request)
    return _form(request, "accounts/login.html", form)


@require_POST
@never_cache
def logout(request: HttpRequest) -> HttpResponse:
    web_sessions.sign_out(request)
    return redirect("accounts:login")


def _form(request: HttpRequest, template: str, form: SignUpForm | SignInForm) -> HttpResponse:
    context = {"form": form, "next": _next_of(request)}
    return render(request, template, context, status=UNPROCESSABLE if form.is_bound else 200)


def _onwards(request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(_next_of(request) or resolve_url(settings.LOGIN_REDIRECT_URL))


def _next_of(request: HttpRequest) -> str:
    """The page that asked for the sign-in; nothing when it is not one of ours."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if ours else ""
