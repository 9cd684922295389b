"""Which success criteria of WCAG 2.2 matter for a brief, and where: each is found by what the pages really hold."""

from collections.abc import Callable
from dataclasses import dataclass

from agents.simulator.bounds import bounds
from agents.simulator.form_fields import Control, controls
from agents.simulator.material import Material
from agents.simulator.pages import Page, by_people
from agents.simulator.parts import with_files
from agents.simulator.stores import store_of, stores
from agents.simulator.text import listing, md

MOST_COLUMNS = 4


@dataclass(frozen=True)
class Criterion:
    """One success criterion with the places where this product must meet it."""

    number: str
    name: str
    level: str
    places: tuple[str, ...]
    how: str
    test: str


@dataclass(frozen=True)
class _Look:
    """What the rules below look at."""

    material: Material
    pages: list[Page]
    fields: list[tuple[Page, Control]]

    def with_fields(self, *kinds: str) -> list[str]:
        return [f"{page.title}: {control.label}" for page, control in self.fields if control.kind in kinds]

    def acts(self, *kinds: str) -> list[str]:
        return [
            operation.title
            for page in self.pages
            for operation in page.operations
            if operation.kind in kinds and not operation.reads and by_people(self.material, operation)
        ]

    def files(self) -> list[str]:
        """Return the titles of the pages whose records have files."""
        held = {entity.name for entity in with_files(self.material)} if self.material.raised("files") else set()
        return [page.title for page in self.pages if page.key in held]

    def raised(self, *themes: str) -> list[str]:
        """Return the titles of the pages whose requirements raise a theme."""
        keys = set(self.material.raised(*themes))
        found = [page.title for page in self.pages if keys & set(page.entity.requirements)]
        return found or (sorted(keys)[:4] if keys else [])


def criteria(material: Material, pages: list[Page]) -> list[Criterion]:
    """Return the criteria that this brief makes matter, in the order of WCAG, each with its places."""
    tables = stores(material)
    fields = []
    for page in pages:
        operation = page.first("create") or page.first("update")
        if operation is not None and by_people(material, operation):
            asked = controls(material, page.entity, page.call(operation), store_of(tables, page.entity))
            fields += [(page, control) for control in asked]
    look = _Look(material, pages, fields)
    found = []
    for number, name, level, where, how, test in _TABLE:
        places = tuple(dict.fromkeys(where(look)))
        if places:
            said = md(listing(list(places), most=3), most=160)
            found.append(Criterion(number, name, level, places, how.replace("{}", said), test.replace("{}", said)))
    return found


def _wide(look: _Look) -> list[str]:
    return [page.title for page in look.pages if len(page.entity.fields) + len(page.states) // 2 > MOST_COLUMNS]


def _spans(look: _Look) -> list[str]:
    timed = bounds(look.material, "expiry")
    return [f"{bound.limit.text} ({bound.key})" for bound in timed]


def _bounded(look: _Look) -> list[str]:
    return [
        f"{page.title}: {control.label}"
        for page, control in look.fields
        if control.limit or control.least or control.most
    ]


def _purposes(look: _Look) -> list[str]:
    return [f"{control.label} ({control.purpose})" for _, control in look.fields if control.purpose]


def _twice(look: _Look) -> list[str]:
    """What two forms ask for under one name: the second must not ask again."""
    first: dict[str, str] = {}
    found = []
    for page, control in look.fields:
        if control.target is not None:
            continue
        other = first.setdefault(control.name, page.title)
        if other != page.title and control.name not in ("name", "text", "title", "description", "note"):
            found.append(f"{control.label} ({other}, {page.title})")
    return found


def _refusals(look: _Look) -> list[str]:
    shown = {page.key for page in look.pages}
    return [f"{rule.text} ({rule.key})" for rule in look.material.rules if rule.entity in shown]


def _grave(look: _Look) -> list[str]:
    money = set(look.material.raised("money", "immutable", "approval"))
    found = look.acts("delete")
    for page in look.pages:
        for operation in page.operations:
            acting = operation.kind in ("create", "action") and not operation.reads
            if acting and money & set(operation.requirements) and by_people(look.material, operation):
                found.append(operation.title)
    return found


def _foreign(look: _Look) -> list[str]:
    """Names of states and fields in English within a page of another language."""
    if look.material.domain.language == "en":
        return []
    return [field.label for page in look.pages for field in page.entity.fields if field.name in ("status", "starts_at")]


_Rule = tuple[str, str, str, Callable[[_Look], list[str]], str, str]
_TABLE: tuple[_Rule, ...] = (
    (
        "1.1.1",
        "Non-text Content",
        "A",
        lambda look: look.with_fields("file") or look.files(),
        "whoever hands in a file for {} is asked for the text that stands for it",
        "hand in a picture for {} without a text: the form asks for it",
    ),
    (
        "1.3.1",
        "Info and Relationships",
        "A",
        lambda look: [page.title for page in look.pages if page.first("list")],
        "lists of {} are tables with a caption, column heads and a head for each row",
        "read a row of {} by screen reader: each cell is said with its column",
    ),
    (
        "1.3.5",
        "Identify Input Purpose",
        "AA",
        _purposes,
        "autocomplete is set for {}",
        "let the browser fill {} from a stored profile",
    ),
    (
        "1.4.1",
        "Use of Color",
        "A",
        lambda look: [f"{p.title}: {', '.join(p.states[:4])}" for p in look.pages if p.states],
        "the state is a word first, its colour repeats it: {}",
        "print {} in grey: each state can still be told",
    ),
    (
        "1.4.10",
        "Reflow",
        "AA",
        _wide,
        "at 320 pixels each row of {} becomes a block with its labels; the table scrolls by itself at most",
        "open {} at 320 pixels and 400 %: nothing but the table scrolls sideways",
    ),
    (
        "2.1.1",
        "Keyboard",
        "A",
        lambda look: look.raised("calendar") or look.acts("action")[:6],
        "every act is a native button, and each calendar has a list beside it: {}",
        "carry out by keyboard alone: {}",
    ),
    (
        "2.2.1",
        "Timing Adjustable",
        "A",
        _spans,
        "the end is told before it comes and what was typed outlives it: {}",
        "let the time of {} run out while a form is open: nothing typed is lost",
    ),
    (
        "2.2.2",
        "Pause, Stop, Hide",
        "A",
        lambda look: look.raised("realtime"),
        "news of {} wait behind a button and move nothing by themselves",
        "let {} change while the list is read: the list stands still",
    ),
    (
        "2.4.11",
        "Focus Not Obscured (Minimum)",
        "AA",
        lambda look: [p.title for p in look.pages if len(p.operations) > 5],
        "no bar stays over the content while the focus passes the acts of {}",
        "press Tab through {} at 200 %: the focus is in sight all the way",
    ),
    (
        "2.5.7",
        "Dragging Movements",
        "AA",
        lambda look: [a for a in look.acts("action") if _drags(a)],
        "{} is done by choosing, dragging is only added",
        "carry out with single presses: {}",
    ),
    (
        "2.5.8",
        "Target Size (Minimum)",
        "AA",
        lambda look: look.raised("mobile"),
        "targets on {} measure 48 pixels, twice the minimum, since the brief sees them used on the move",
        "measure the targets of {} at 390 pixels",
    ),
    (
        "3.1.2",
        "Language of Parts",
        "AA",
        _foreign,
        'words of another language carry lang="en" until the brief gives its own: {}',
        "listen to {} in a screen reader of the page's language",
    ),
    (
        "3.3.1",
        "Error Identification",
        "A",
        _refusals,
        "the refusal is said in the words of the rule, beside what caused it: {}",
        "break each on purpose and read the message: {}",
    ),
    (
        "3.3.2",
        "Labels or Instructions",
        "A",
        _bounded,
        "the bound stands under the label before anything is typed: {}",
        "read the hints of {} aloud: the bound is among them",
    ),
    (
        "3.3.4",
        "Error Prevention (Legal, Financial, Data)",
        "AA",
        _grave,
        "what follows is shown and confirmed before it counts: {}",
        "start and leave again before confirming, nothing has changed: {}",
    ),
    (
        "3.3.7",
        "Redundant Entry",
        "A",
        _twice,
        "what was given once is filled in the second time: {}",
        "fill the second form right after the first: {} is there already",
    ),
    (
        "3.3.8",
        "Accessible Authentication (Minimum)",
        "AA",
        lambda look: look.raised("credentials"),
        "signing in asks for no puzzle and no memory, and paste works: {}",
        "sign in with a password manager and by paste: {}",
    ),
    (
        "4.1.3",
        "Status Messages",
        "AA",
        lambda look: (look.acts("create", "action") or look.acts("update"))[:8],
        "the outcome is said in a status region, refusals in an alert: {}",
        "listen while carrying out: {}",
    ),
)


def _drags(title: str) -> bool:
    words = title.lower().split()
    return any(
        word.startswith(("move", "sort", "reorder", "drag", "verschieb", "déplac", "mover", "przenie"))
        for word in words
    )
