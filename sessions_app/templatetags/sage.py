"""What our templates say with: icons, marks, amounts, times, and the frame around every page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, Select, Textarea
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from agents.roles import ROLES
from sessions_app.chosen_team import chosen_among, teams_in
from sessions_app.models import SessionStatus, TaskStatus
from sessions_app.queries.attention import count_needs
from sessions_app.queries.pages import live_sessions
from sessions_app.rendering import prose
from sessions_app.rules.ledger import WARN_AT

register = template.Library()

ROLE_ICONS = {
    "architect": "compass",
    "backend_dev": "braces",
    "dba": "database",
    "frontend_dev": "window",
    "ui_ux_designer": "pen",
    "security_specialist": "shield",
    "it_admin": "terminal",
    "analyst": "search",
    "product_manager": "flag",
    "scrum_master": "inbox",
    "developer": "cpu",
    "qa": "check",
}
STATUS_ICONS = {
    "pending": "circle-dash",
    "running": "loader",
    "active": "loader",
    "waiting": "hand",
    "awaiting_approval": "hand",
    "paused": "pause",
    "completed": "check",
    "failed": "alert",
    "error": "alert",
    "cancelled": "ban",
}
STATUS_WORDS = {
    "active": "Active",
    "paused": "Paused",
    "awaiting_approval": "Waits for you",
    "completed": "Completed",
    "failed": "Failed",
    "cancelled": "Cancelled",
}
MESSAGES = {"success": ("good", "check"), "warning": ("warn", "alert"), "error": ("bad", "alert")}
LEAVES = (
    "translate(16 11.6) rotate(-90)",
    "translate(16 15.4) rotate(-148)",
    "translate(16 15.4) rotate(-32)",
    "translate(16 21.2) rotate(-148)",
    "translate(16 21.2) rotate(-32)",
    "translate(16 27) rotate(-148)",
    "translate(16 27) rotate(-32)",
)
CONTROLS = {Select: "select", Textarea: "textarea"}
CONFIDENCE_MARKS = 5
ENDED = (SessionStatus.COMPLETED, SessionStatus.CANCELLED)  # for good: not even by a retry
LOW_CONFIDENCE = 65  # per cent; below it a decision carries a flag


# --- the frame --------------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/_sidebar.html", takes_context=True)
def sidebar(context: dict[str, Any]) -> dict[str, Any]:
    """The way around: teams, pages, sessions that move. Four queries for who is signed in, none for others."""
    request, frame = context.get("request"), _frame(context)
    person = frame["person"]
    if person is None:
        return frame | {"request": request}
    return frame | {"request": request, "live": live_sessions(person)}


@register.inclusion_tag("components/_tabbar.html", takes_context=True)
def tabbar(context: dict[str, Any]) -> dict[str, Any]:
    """The same at the foot of a small screen; reads nothing anew."""
    return _frame(context)


def _frame(context: dict[str, Any]) -> dict[str, Any]:
    request: HttpRequest | None = context.get("request")
    user = getattr(request, "user", None)
    if request is None or user is None or not user.is_authenticated:
        return {"person": None}
    teams = teams_in(request)
    if not hasattr(request, "sage_needs"):
        request.sage_needs = count_needs(user)  # type: ignore[attr-defined]  # once for both bars of a page
    return {
        "person": user,
        "needs": request.sage_needs,  # type: ignore[attr-defined]
        "teams": teams,
        "team": chosen_among(teams, request),
        "here": _here(request),
        "csrf_token": context.get("csrf_token"),
    }


def _here(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is None:
        return ""
    if match.view_name in ("dashboard", "sessions:new", "sessions:operations", "sessions:usage"):
        return match.view_name.rpartition(":")[2]
    return {"sessions": "sessions", "teams": "team", "agents": "team"}.get(match.app_name, "")


@register.simple_tag
def version() -> str:
    return settings.VERSION


# --- marks ------------------------------------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite; it says nothing to a screen reader, the word beside it does."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f" {size}" if size else "",
        static("icons.svg"),
        name,
    )


@register.simple_tag
def agent_avatar(role: str, size: str = "") -> SafeString:
    return format_html(
        '<span class="avatar{}" data-agent="{}" aria-hidden="true">{}</span>',
        f" {size}" if size else "",
        role,
        icon(ROLE_ICONS.get(role, "spark")),
    )


@register.simple_tag
def person_avatar(username: str, size: str = "") -> SafeString:
    return format_html(
        '<span class="avatar human{}" aria-hidden="true">{}</span>', f" {size}" if size else "", username[:2].upper()
    )


@register.simple_tag
def sprig(statuses: Sequence[str]) -> SafeString:
    """The session as a plant: one leaf for every agent, in stage order from the top."""
    leaves = format_html_join(
        "",
        '<path class="leaf" data-status="{}" transform="{}" d="M0 0C1.6-3.7 6.6-4.4 10.2-.4 6.9 3.6 1.9 3.5 0 0Z"/>',
        zip(statuses, LEAVES, strict=False),
    )
    return format_html(
        '<svg class="sprig" viewBox="0 0 32 32" role="img" aria-label="{}"><path class="stem" d="M16 31V9"/>{}</svg>',
        told(statuses),
        leaves,
    )


@register.simple_tag
def meter(value: Decimal | float, total: Decimal | float, label: str, tone: str = "") -> SafeString:
    """A bar whose width is an SVG attribute, because the page allows no style attribute."""
    share = min(max(float(value) / float(total), 0.0), 1.0) if total else 0.0
    return format_html(
        '<svg class="bar{}" role="img" aria-label="{}"><rect class="bg" width="100%" height="100%"/>'
        '<rect class="fg" width="{}%" height="100%"/></svg>',
        f" {tone}" if tone else "",
        f"{share:.0%} {label}",
        f"{share * 100:.1f}",
    )


@register.simple_tag
def confidence(value: int | str) -> SafeString:
    """What an agent says of its own decision, 0 to 100; people say it in a word."""
    if not isinstance(value, int):
        return format_html('<span class="chip good">{} confidence</span>', value.capitalize())
    marks = format_html_join(
        "",
        '<rect class="{}" x="{}" width="6.4" height="8" rx="1.5"/>',
        (
            ("on" if value >= (place + 0.5) * 100 / CONFIDENCE_MARKS else "off", place * 8)
            for place in range(CONFIDENCE_MARKS)
        ),
    )
    return format_html(
        '<span class="conf{}"><svg viewBox="0 0 38.4 8" aria-hidden="true">{}</svg>'
        '<span class="sr">Confidence </span>{}%</span>',
        " low" if value < LOW_CONFIDENCE else "",
        marks,
        value,
    )


def told(statuses: Sequence[str]) -> str:
    """The leaves in words: "3 of 7 agents done, 1 running"."""
    words = {
        TaskStatus.RUNNING: "running",
        TaskStatus.WAITING: "waiting",
        TaskStatus.ERROR: "failed",
        TaskStatus.CANCELLED: "cancelled",
    }
    done = sum(status == TaskStatus.COMPLETED for status in statuses)
    parts = [f"{done} of {len(statuses)} agents done"]
    for status, word in words.items():
        if number := sum(each == status for each in statuses):
            parts.append(f"{number} {word}")
    return ", ".join(parts)


@register.filter
def status_icon(status: str) -> str:
    return STATUS_ICONS.get(status, "circle-dash")


@register.filter
def session_words(session: Any) -> str:
    """The state of a session in two or three words."""
    if session.status == "paused" and session.status_reason == "budget_exhausted":
        return "Paused at the cap"
    return STATUS_WORDS.get(session.status, session.status)


@register.filter
def agent_name(role: str) -> str:
    return ROLES[role].name if role in ROLES else role


@register.filter
def is_low(value: int | str) -> bool:
    return isinstance(value, int) and value < LOW_CONFIDENCE


@register.filter
def message_tone(level: str) -> str:
    return MESSAGES.get(level, ("info", "info"))[0]


@register.filter
def message_icon(level: str) -> str:
    return MESSAGES.get(level, ("info", "info"))[1]


# --- amounts and times ------------------------------------------------------------------------------------------------
@register.filter
def money(amount: Decimal | None) -> str:
    """US dollars as a person reads them; what is less than a cent says so."""
    if amount is None:
        return "no cap"
    if 0 < amount < Decimal("0.01"):
        return "< $0.01"
    return f"${amount:,.2f}"


@register.filter
def tokens(number: int) -> str:
    """A count of tokens in three figures: 412, 38.7k, 1.2M."""
    if number < 1_000:
        return str(number)
    if number < 999_950:
        return f"{number / 1_000:.1f}k"
    return f"{number / 1_000_000:.1f}M"


@register.filter
def kilobytes(size: int) -> str:
    return f"{size} B" if size < 1_000 else f"{size / 1_000:.1f} kB"


@register.filter
def clock(seconds: float | None) -> str:
    """A duration as 0:41, 18:46 or 1:02:03; nothing while it is not known."""
    if seconds is None:
        return ""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
def about(seconds: float) -> str:
    """An estimate in words: "about 40 s", "about 5 min"."""
    if seconds < 1:
        return "under 1 s"
    if seconds < 90:
        return f"about {seconds:.0f} s"
    return f"about {seconds / 60:.0f} min"


@register.filter
def usd(amount: str | None) -> Decimal | None:
    """An amount of an event, which carries money as text."""
    return None if amount is None else Decimal(amount)


@register.filter
def budget_left(session: Any) -> Decimal:
    """What a session with a cap may still spend, as far as running calls leave it."""
    left: Decimal = session.budget_usd - session.spent_usd - session.reserved_usd
    return max(left, Decimal(0))


@register.filter
def is_near_cap(session: Any) -> bool:
    """Whether four fifths of the session's cap are spent."""
    return bool(session.spent_usd >= session.budget_usd * WARN_AT)


@register.filter
def spread_usd(ends: Sequence[Decimal] | None) -> str:
    """A range of dollars: "$1.40 to $2.10", or one amount when both ends read the same."""
    if ends is None:
        return "cost unknown"
    low, high = money(ends[0]), money(ends[1])
    return low if low == high else f"{low} to {high}"


@register.filter
def spread_time(ends: Sequence[float]) -> str:
    """A range of seconds: "6 to 9 min", "40 s to 2 min", or one time when both ends read the same."""
    low, high = (_length(end) for end in ends)
    end = f"{high[0]} {high[1]}"
    if low[0] == 0:
        return "under 1 s" if high[0] == 0 else f"up to {end}"
    if low == high:
        return f"about {end}"
    return f"{low[0]}{'' if low[1] == high[1] else f' {low[1]}'} to {end}"


def _length(seconds: float) -> tuple[int, str]:
    if seconds < 90:
        return round(seconds), "s"
    return (round(seconds / 60), "min") if seconds < 5400 else (round(seconds / 3600), "h")


@register.filter
def seconds_until(at: datetime) -> float:
    """Seconds from now to a moment, never less than none."""
    return max((at - timezone.now()).total_seconds(), 0.0)


@register.filter
def in_words(seconds: float) -> str:
    """How long there is left: "in 3 min", "in 2 days"."""
    for length, word in ((86_400, "day"), (3_600, "h"), (60, "min")):
        if seconds >= length:
            number = round(seconds / length)
            return f"in {number} {word}{'s' if word == 'day' and number != 1 else ''}"
    return f"in {int(seconds)} s" if seconds >= 1 else "at any moment"


@register.filter
def with_role_name(reason: str) -> str:
    """Why a session failed, with its role by name: the record says the key."""
    role, colon, rest = reason.partition(":")
    return f"{agent_name(role)}{colon}{rest}"


@register.filter
def role_names(roles: Sequence[str]) -> str:
    """Roles in a sentence: "Frontend Dev and UI/UX Designer"."""
    names = [agent_name(role) for role in roles]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1] if names else "")))


@register.filter
def elapsed(session: Any) -> float:
    """Seconds from the start of a session or task to its end, or to now."""
    if session.duration_seconds is not None:
        return float(session.duration_seconds)
    return (timezone.now() - session.started_at).total_seconds() if session.started_at else 0.0


@register.simple_tag
def moment(at: datetime | None) -> SafeString | str:
    """A point in time: 14:18 today, else 18 Nov; the browser puts it into the reader's zone."""
    if at is None:
        return ""
    at, today = timezone.localtime(at), timezone.localtime().date()
    if at.date() == today:
        words = f"{at:%H:%M}"
    elif at.date() == today - timedelta(days=1):
        words = "yesterday"
    else:
        words = f"{at.day} {at:%b}" + ("" if at.year == today.year else f" {at.year}")
    return format_html('<local-time><time datetime="{}">{}</time></local-time>', at.isoformat(), words)


# --- forms ------------------------------------------------------------------------------------------------------------
@register.filter
def control(field: BoundField, placeholder: str = "") -> SafeString:
    """A form field in our clothes; Django adds its id, its value and what describes it."""
    widget = field.field.widget
    name = next((name for kind, name in CONTROLS.items() if type(widget) is kind), "input")
    attrs: dict[str, str | bool] = {"class": name}
    if placeholder:
        attrs["placeholder"] = placeholder
    html = field.as_widget(attrs=attrs)
    if name == "select":
        return format_html('<span class="select-wrap">{}{}</span>', html, icon("down"))
    return html


@register.filter
def switch(field: BoundField) -> SafeString:
    return field.as_widget(attrs={"class": "switch", "role": "switch"})


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.simple_tag
def card_post(address: str, number: int, kind: str) -> SafeString:
    """Attributes of a form or button that sends a card's answer and takes the card as it stands then in its place.

    Its region waits meanwhile: news of that very answer would take the card away before the answer comes back.
    """
    return format_html(
        'hx-post="{}" hx-target="#{}-{}" hx-swap="outerHTML" hx-sync="closest [data-topic]:replace"',
        address,
        kind,
        number,
    )


# --- live regions -----------------------------------------------------------------------------------------------------
@register.simple_tag
def live_region(
    topic: str, address: str, swap: str = "innerHTML", include: str = "", source: str = "closest live-session"
) -> SafeString:
    """Attributes of a region that fetches itself anew when its `<live-session>` tells one of its topics."""
    return format_html(
        'data-topic="{}" hx-get="{}" hx-trigger="{}" hx-swap="{}" hx-sync="this:queue last"{}',
        topic,
        address,
        ", ".join(f"{each} from:{source}" for each in topic.split()),
        swap,
        format_html(' hx-include="{}"', include) if include else "",
    )


# --- small help for templates -----------------------------------------------------------------------------------------
@register.filter
def can_be_stopped(task: Any, session: Any) -> bool:
    """Whether a person may cancel this task."""
    return not session.is_terminal and task.status not in TaskStatus.terminal()


@register.filter
def can_be_retried(task: Any, session: Any) -> bool:
    """Whether a person may have this task done once more."""
    return session.status not in ENDED and task.status in (TaskStatus.ERROR, TaskStatus.CANCELLED)


@register.filter
def topics_of_task(task: Any) -> str:
    """What refreshes a task's card: its own events, and those that concern every task."""
    return f"task-{task.id} tasks"


@register.filter
def topics_of_gate(stage: Any) -> str:
    """What refreshes the mark of the gate after a stage: its own events, and a change of the session's gates."""
    return f"gate-{stage.number} gates"


@register.filter
def round_of(stage: Any) -> int:
    """The round in which a stage is: the latest of its tasks."""
    return max((task.round for task in stage.tasks), default=1)


@register.filter
def at_stage(items: Sequence[Any], number: int) -> list[Any]:
    """Those of the gates or questions that belong to a stage."""
    return [item for item in items if item.stage == number]


@register.filter
def statuses(tasks: Sequence[Any]) -> list[str]:
    return [task.status for task in tasks]


@register.filter
def done(tasks: Sequence[Any]) -> int:
    return sum(task.status == TaskStatus.COMPLETED for task in tasks)


@register.filter
def at(found: dict[Any, Any], key: Any) -> Any:
    """The entry of a dict under a key that is only known here."""
    return found.get(key)


@register.filter
def filename(path: str) -> str:
    return path.rpartition("/")[2]


@register.filter
def add_text(text: str, more: Any) -> str:
    return f"{text}{more}"


@register.filter
def as_prose(text: str) -> SafeString:
    """A person's or a model's Markdown as safe HTML."""
    return prose(text)
