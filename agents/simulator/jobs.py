"""Work that runs at a time of its own: what the brief schedules, deletions by age, backups."""

import re
from dataclasses import dataclass
from typing import Final

from agents.brief.identifiers import slug, unique
from agents.deliverable import Event
from agents.simulator.bounds import bounds
from agents.simulator.material import Material
from agents.simulator.parts import amount, channels
from agents.simulator.text import md

# When, by the words of the sentence; the first that fits. Hours are those in which nobody works.
_TIMES: Final = (
    (r"hourly|every hour|stündlich|chaque heure|cada hora|co godzin", "7 * * * *", "each hour"),
    (
        r"weekly|every week|wöchentlich|hebdo|chaque semaine|semanal|cada semana|co tydzie|tygodniow",
        "30 5 * * 1",
        "on Mondays",
    ),
    (
        r"month.?end|monthly|every month|monatlich|mensuel|chaque mois|mensual|cada mes|co miesi|miesięcz",
        "30 4 1 * *",
        "on the first of each month",
    ),
    (
        r"school year|year.?end|yearly|annual|jährlich|jahresende|annuel|anual|rocznie|koniec roku",
        "30 4 1 7 *",
        "once a year",
    ),
    (r"every minute|each minute|minütlich", "* * * * *", "each minute"),
    (r"night|nachts|nuit|noche|noc\b", "15 2 * * *", "each night"),
)
_DAILY: Final = ("45 5 * * *", "each morning")


@dataclass(frozen=True)
class Job:
    """One job; `due_hours` is how long it may be late before an alarm rings."""

    name: str
    what: str
    cron: str
    when: str
    because: str
    due_hours: int


def jobs(material: Material) -> list[Job]:
    """Return the jobs in the order: the brief's own, deletions, messages that wait, backups."""
    taken: set[str] = set()
    found: list[Job] = []

    def add(name: str, what: str, cron: str, when: str, because: str) -> None:
        late = {"each hour": 2, "each minute": 1, "each ten minutes": 1, "on Mondays": 170, "once a year": 24}.get(
            when, 26
        )
        found.append(Job(unique(slug(name, most=38), taken), what, cron, when, because, late))

    aged = [bound for bound in bounds(material, "age") if bound.entity is not None]
    deletions = {key for bound in aged for key in bound.limit.requirements}
    for event in material.events:
        if event.kind == "scheduled" and not (_deletes(event) and deletions & set(event.requirements)):
            cron, when = _time(event.source or event.label)
            keys = ", ".join(event.requirements[:3])
            label = event.label or event.key.replace("_", " ")
            add(
                event.key,
                md((event.source or label).rstrip(". "), most=160),
                cron,
                when,
                f"{event.key}{f', {keys}' if keys else ''}",
            )
    if not found:
        for key in material.raised("schedule")[:3]:
            cron, when = _time(material.said(key))
            things = material.concerned([key])
            add(
                f"{things[-1].table if things else 'work'}-{key}",
                md(material.said(key).rstrip(". "), most=160),
                cron,
                when,
                key,
            )
    for bound in aged:
        if bound.entity is not None:
            mine = set(bound.limit.requirements)
            told = [e.key for e in material.events if _deletes(e) and mine & set(e.requirements)]
            what = f"deletes {md(bound.entity.label_plural)} older than {amount(bound.limit)}, 1,000 at a time"
            add(
                f"{bound.entity.table}-past-its-time",
                what,
                "20 3 * * *",
                "each night",
                ", ".join([f"{bound.key}: {amount(bound.limit)}", *told[:2]]),
            )
    for bound in bounds(material, "expiry"):
        if bound.entity is not None:
            what = f"closes {md(bound.entity.label_plural)} that are over after {amount(bound.limit)}"
            add(
                f"{bound.entity.table}-expired",
                what,
                "*/10 * * * *",
                "each ten minutes",
                f"{bound.key}: {amount(bound.limit)}",
            )
    tables = ", ".join(entity.table for entity in material.entities[:4])
    add(
        "backup", f"full copy of {md(tables)} and the rest, encrypted", "40 1 * * *", "each night", "backup and restore"
    )
    return found[:16]


def _deletes(event: Event) -> bool:
    return event.kind == "scheduled" and bool(
        re.search(r"delet|purg|remov|erase|loesch|suppr|borr|elimin|usu", event.key)
    )


def _time(said: str) -> tuple[str, str]:
    low = said.lower()
    return next(((cron, when) for pattern, cron, when in _TIMES if re.search(pattern, low)), _DAILY)


def hours(number: int) -> str:
    return f"{number} hour{'' if number == 1 else 's'}"


def crontab(material: Material) -> str:
    """Return the jobs as lines of a crontab, in the time zone of the brief where it names one."""
    lines = [f"CRON_TZ={zone}" for zone in [time_zone(material)] if zone]
    return "\n".join([*lines, *(f"{job.cron} run-job {job.name}  # {job.because}" for job in jobs(material))]) + "\n"


def time_zone(material: Material) -> str:
    """Return the time zone that the brief names, such as Europe/Vienna."""
    found = re.search(
        r"\b(?:Europe|America|Asia|Africa|Australia|Atlantic|Pacific)/[A-Z][A-Za-z_]{2,30}\b", material.assignment.brief
    )
    return found[0] if found else ""


def sends(material: Material) -> list[str]:
    """Return the events that are told to others, with the channel; none where every channel was refused."""
    if not channels(material):
        return []
    return [event.label or event.key for event in material.events if event.kind == "published"]
