"""What a person does to a session under way: pause, resume, retry, change, cancel a task; and fork it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import show_refusal
from accounts.queries import signed_in_user
from agents.errors import UnknownModel
from agents.roles import ROLES
from sessions_app.engine.apply import apply, create
from sessions_app.engine.fork_source import fork_source
from sessions_app.engine.plans import plan_fork, plan_retry, require_task
from sessions_app.errors import IllegalTransition, InvalidInput, NotReachable
from sessions_app.forms import ChangeForm, ForkForm, ResumeForm
from sessions_app.models import AgentTask, ExecutionSession, SessionStatus, StageStatus, TaskStatus
from sessions_app.queries.sessions import get_for_edit, get_session, get_session_for_edit
from sessions_app.queries.warnings import start_warnings
from sessions_app.rules.control import cancel_task, change_session, pause_session, resume_session, retry_session
from sessions_app.rules.drafts import checked_changes, draft_fork
from sessions_app.rules.forks import ForkWish, fork_session
from sessions_app.rules.sessions import NewSession, cancel_session, end_session
from sessions_app.views.attention import RefusedForms
from sessions_app.views.notes import Note
from sessions_app.views.once import create_once
from sessions_app.views.sessions import UNPROCESSABLE, session_page

GOES_ON = (SessionStatus.ACTIVE, SessionStatus.AWAITING_APPROVAL)
AHEAD = (StageStatus.PENDING, StageStatus.RUNNING)


@login_required
@require_POST
def session_end(request: HttpRequest, session_id: int) -> HttpResponse:
    return _act(request, session_id, end_session, "The session is complete. What was open is cancelled.")


@login_required
@require_POST
def session_cancel(request: HttpRequest, session_id: int) -> HttpResponse:
    return _act(request, session_id, cancel_session, "The session is cancelled. Its decisions and artifacts stay.")


@login_required
@require_POST
def session_pause(request: HttpRequest, session_id: int) -> HttpResponse:
    return _act(request, session_id, pause_session, "Paused. Running calls finish and are kept; nothing new starts.")


@login_required
@require_POST
def session_resume(request: HttpRequest, session_id: int) -> HttpResponse:
    """Let the session go on, with another cap when the form asks for one."""
    user = signed_in_user(request)
    session = get_session_for_edit(user, session_id)
    form = ResumeForm(request.POST, session=session)
    if not form.is_valid():
        return session_page(request, session, refused=RefusedForms(resume=form), status=UNPROCESSABLE)
    if form.has_cap:
        try:
            changes = checked_changes(session, {"budget_usd": form.cleaned_data["budget_usd"]})
        except InvalidInput as refusal:
            show_refusal(form, refusal.detail, refusal.errors)
            return session_page(request, session, refused=RefusedForms(resume=form), status=UNPROCESSABLE)
        if changes["budget_usd"] != session.budget_usd:
            apply(session.pk, change_session, by=user.username, **changes)
    return _act(request, session_id, resume_session, "The session goes on.", is_done=_goes_on)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def session_retry(request: HttpRequest, session_id: int) -> HttpResponse:
    """Have all that failed, or the task named, done once more; before that say what it means."""
    user = signed_in_user(request)
    session = get_session_for_edit(user, session_id)
    task_id = _number(request, "task")
    require_task(session, task_id)
    if request.method == "POST":
        is_done: Callable[[ExecutionSession], bool] = _goes_on if task_id is None else _works_on(task_id)
        return _act(
            request, session_id, retry_session, "It is tried again.", is_done=is_done, kwargs={"task_id": task_id}
        )
    try:
        plan = plan_retry(session, task_id=task_id)
    except IllegalTransition as refusal:
        return _refused(request, session_id, refusal)
    task = session.tasks.only("agent_role", "error_message", "status").get(pk=task_id) if task_id else None
    context = {"session": session, "task": task, "plan": plan, "warnings": _warnings(session)}
    return render(request, "sessions/retry.html", context)


@login_required
@require_POST
def task_cancel(request: HttpRequest, task_id: int) -> HttpResponse:
    """Stop one task; the session fails without its work once the others of its stage have ended."""
    task = get_for_edit(signed_in_user(request), AgentTask, task_id)
    return _act(request, task.session_id, cancel_task, "The task is cancelled.", args=(task.pk,))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def session_change(request: HttpRequest, session_id: int) -> HttpResponse:
    """Change the session's name, cap, and the gates that lie ahead."""
    user = signed_in_user(request)
    session = get_session_for_edit(user, session_id)
    if session.status in (SessionStatus.COMPLETED, SessionStatus.CANCELLED):
        return _refused(request, session_id, IllegalTransition(f"The session is {session.status}; it stays as it is."))
    stages = list(session.stages.order_by("number"))
    ahead = [(stage.number, stage.title, stage.gate) for stage in stages if stage.status in AHEAD]
    form = ChangeForm(request.POST if request.method == "POST" else None, session=session, stages=ahead)
    if form.is_valid():
        behind = {stage.number: stage.gate for stage in stages if stage.status not in AHEAD and stage.gate}
        asked = form.cleaned_data | {"gates": {str(k): v for k, v in (behind | form.gates.value).items()}}
        try:
            apply(session.pk, change_session, by=user.username, **checked_changes(session, asked))
        except InvalidInput as refusal:
            show_refusal(form, refusal.detail, refusal.errors)
        except IllegalTransition as refusal:
            show_refusal(form, refusal.detail, {})
        else:
            messages.success(request, "Changed.")
            return redirect("sessions:detail", session.pk)
    context = {"session": session, "form": form}
    return render(request, "sessions/change.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def session_fork(request: HttpRequest, session_id: int) -> HttpResponse:
    """Go on from a stage of this session in a new one, with another brief, decision, model or fewer roles."""
    user = signed_in_user(request)
    session = get_session_for_edit(user, session_id)
    done = _done(session)
    after = _number(request, "after_stage")
    if after is None:
        after = done
    if not 0 <= after <= done:
        raise NotReachable("The session can be forked after a stage that is done.")
    roles = _roles_after(session, after)
    form = ForkForm(request.POST if request.method == "POST" else None, session=session, roles=roles)
    if form.is_valid():
        try:
            wish = _wish(user, session, after, form.cleaned_data, roles)
            source = fork_source(session, after)
        except InvalidInput as refusal:
            errors = {{"decisions": "decision"}.get(field, field): texts for field, texts in refusal.errors.items()}
            show_refusal(form, refusal.detail, errors)
        except (IllegalTransition, UnknownModel) as refusal:
            show_refusal(form, refusal.detail, {})
        else:

            def make(new: NewSession) -> int:
                made: int = create(fork_session, source, ForkWish(new, wish.decisions, wish.told))
                return made

            fork_id = create_once(user, form.cleaned_data["once"], wish.new, make)
            messages.success(request, f"This is the fork of #{session.pk}. What it copied is not paid again.")
            return redirect("sessions:detail", fork_id)
    context = {
        "session": session,
        "form": form,
        "after": after,
        "stages": [stage for stage in session.workflow["stages"] if stage["number"] <= done],
        "plan": plan_fork(session, after_stage=after),
        "warnings": _warnings(session),
    }
    return render(request, "sessions/fork.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _wish(
    user: Any, session: ExecutionSession, after: int, asked: Mapping[str, Any], roles: Mapping[str, str]
) -> ForkWish:
    brief, chosen, decision = asked["brief"].replace("\r\n", "\n"), asked["roles"], asked["decision"].strip()
    return draft_fork(
        user,
        session,
        after_stage=after,
        brief=None if brief == session.brief.replace("\r\n", "\n") else brief,
        model=asked["model"] or None,
        roles=None if set(chosen) == set(roles) else chosen,
        decisions=[{"decision_text": decision}] if decision else [],
    )


def _warnings(session: ExecutionSession) -> list[str]:
    return start_warnings(session.workflow, model=session.model, team_id=session.team_id)


def _done(session: ExecutionSession) -> int:
    """The last stage after which the session can be forked: it and all before it have ended well."""
    done = 0
    for stage in session.stages.order_by("number"):
        if stage.status != StageStatus.COMPLETED:
            break
        done = stage.number
    return min(done, len(session.workflow["stages"]) - 1)


def _roles_after(session: ExecutionSession, after: int) -> dict[str, str]:
    return {
        task["role"]: ROLES[task["role"]].name if task["role"] in ROLES else task["role"]
        for stage in session.workflow["stages"]
        if stage["number"] > after
        for task in stage["tasks"]
    }


def _act(
    request: HttpRequest,
    session_id: int,
    rule: Any,
    says: str,
    *,
    args: tuple[Any, ...] = (),
    kwargs: Mapping[str, Any] | None = None,
    is_done: Callable[[ExecutionSession], bool] = lambda session: False,
) -> HttpResponse:
    """Apply a rule and show the session. What a second click finds done already is no refusal: `is_done`."""
    user = signed_in_user(request)
    session = get_session_for_edit(user, session_id)
    try:
        apply(session.pk, rule, *args, by=user.username, **(kwargs or {}))
    except IllegalTransition as refusal:
        if not is_done(get_session(user, session_id)):
            return _refused(request, session_id, refusal)
    messages.success(request, says)
    return redirect(session)


def _refused(request: HttpRequest, session_id: int, refusal: IllegalTransition) -> HttpResponse:
    """The session as it stands now, with the reason on top: somebody was faster, or it moved on."""
    session = get_session(signed_in_user(request), session_id)
    return session_page(request, session, note=Note("warn", refusal.detail), status=refusal.status)


def _goes_on(session: ExecutionSession) -> bool:
    return session.status in GOES_ON


def _works_on(task_id: int) -> Callable[[ExecutionSession], bool]:
    open_again = (TaskStatus.PENDING, TaskStatus.RUNNING, TaskStatus.WAITING)
    return lambda session: session.tasks.filter(pk=task_id, status__in=open_again).exists()


def _number(request: HttpRequest, name: str) -> int | None:
    asked = request.POST.get(name) or request.GET.get(name) or ""
    if not asked:
        return None
    if not asked.isdecimal() or len(asked) > 18:
        raise NotReachable("There is nothing with this number.")
    return int(asked)
