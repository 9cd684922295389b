"""What can be seen when: milestones that follow from the stories, the risks and the date that people want."""

import re
from dataclasses import dataclass

from agents.simulator.material import Material
from agents.simulator.planning.hazards import risks
from agents.simulator.planning.people import people_words
from agents.simulator.planning.stories import Epic, epics
from agents.simulator.text import listing

_WEEKS = re.compile(
    r"(\d{1,3})\s*(week|woche|semaine|semana|tydz|month|monat|mois|mes|miesi|day|tag|jour|día|dni)", re.IGNORECASE
)
_PER = {"w": 1.0, "s": 1.0, "t": 1.0, "m": 13 / 3, "d": 1 / 7, "j": 1 / 7}
FIRST_SHARE = 0.25  # of the time, for what decides the rest


@dataclass(frozen=True)
class Milestone:
    key: str  # M-1, M-2, …
    title: str
    shown: str  # what one can see
    week: int | None  # at its end; None without a date
    epics: tuple[Epic, ...]
    requirements: tuple[str, ...]


def weeks_in(text: str) -> int | None:
    """Return how many weeks a person gave, such as 13 for “in 3 months”; None when there is no date in it."""
    found = _WEEKS.search(text)
    if not found:
        return None
    number, unit = int(found[1]), found[2].lower()
    per = 1 / 7 if unit in ("tag", "dni", "día", "day", "jour") else _PER[unit[0]]
    return max(1, min(520, round(number * per)))


def milestones(
    material: Material, *, weeks: int | None, left_out: frozenset[str] = frozenset(), carried: bool = False
) -> list[Milestone]:
    """Return the milestones in order; `left_out` names entities of a second version, `carried` an import before it."""
    inside = [epic for epic in epics(material) if epic.entity.name not in left_out]
    main = material.main
    central = [epic for epic in inside if main is not None and epic.entity.name == main.name]
    need = [epic for epic in inside if epic not in central and _is_needed(material, epic, central)]
    rest = [epic for epic in inside if epic not in central and epic not in need]
    grave = risks(material)[0]
    things = main.label_plural if main else "records"
    named = [story for epic in central for story in epic.stories if story.is_named]
    steps: list[tuple[str, str, list[Epic], tuple[str, ...]]] = [
        (
            f"The hardest question about {things} is answered",
            f"a trial shows that this holds: {grave.mitigation}",
            [],
            grave.requirements[:6],
        ),
        (
            f"The first {main.label if main else 'record'} goes all the way",
            f"{people_words(material, most=2)} see it: "
            f"{listing([story.title for story in named], most=3, none=things)}",
            [*need, *central],
            tuple(main.requirements[:8]) if main else (),
        ),
    ]
    if rest:
        steps.append(
            (
                f"All of the first version is there, with {listing([epic.title for epic in rest], most=3)}",
                f"each requirement about {listing([epic.title for epic in rest], most=5)} can be shown",
                rest,
                tuple(dict.fromkeys(key for epic in rest for key in epic.entity.requirements))[:10],
            )
        )
    numbers = [limit.key for limit in material.limits]
    steps.append(
        (
            "Rules and numbers hold under load and abuse",
            f"the test report has no open case for "
            f"{listing([rule.key for rule in material.rules] + numbers, most=8, none='the acceptance criteria')}",
            [],
            tuple(r.key for r in material.requirements if r.kind != "functional")[:10],
        )
    )
    steps.append(
        (
            f"{people_words(material, most=2)[:1].upper()}{people_words(material, most=2)[1:]} work with it",
            f"the {things} of one whole week are in "
            f"it{', those from before too, and the counts agree' if carried else ''}",
            [],
            (),
        )
    )
    return [
        Milestone(f"M-{place}", title, shown, _week(place, len(steps), weeks), tuple(parts), keys)
        for place, (title, shown, parts, keys) in enumerate(steps, start=1)
    ]


def _week(place: int, steps: int, weeks: int | None) -> int | None:
    """The first is early because it decides the rest; the last is the date itself."""
    if weeks is None:
        return None
    share = FIRST_SHARE + (1 - FIRST_SHARE) * (place - 1) / (steps - 1)
    return max(1, round(weeks * share))


def _is_needed(material: Material, epic: Epic, central: list[Epic]) -> bool:
    """Whether what everything hangs on refers to it."""
    return any(
        reference.target.name == epic.entity.name
        for one in central
        for reference in material.references.get(one.entity.name, [])
    )
