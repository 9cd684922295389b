"""The UI/UX designer's deliverable: wireframes, tokens, and notes on accessibility."""

import hashlib
import json
from collections.abc import Sequence

from agents.deliverable import Artifact, Decision, Deliverable
from agents.simulator.choices import Choice, decide
from agents.simulator.page_html import document
from agents.simulator.material import Material
from agents.simulator.pages import Page, pages
from agents.simulator.text import label_of, listing, markup, md, table

MOST_SCREENS = 10

CHOICES = (
    Choice(
        "flows",
        (),
        "flow",
        "The way through is drawn from the people: {actors} each start where their most frequent act is",
        "Somebody who does one thing fifty times a day should not pass a menu fifty times.",
        (
            ("One start page for all", "one thing to learn", "most of it concerns somebody else"),
            (
                "A start page that each person arranges",
                "fits everyone",
                "nobody arranges it; support cannot picture it",
            ),
        ),
        ("The first screen of a person shows what waits for them.",),
        sure=72,
    ),
    Choice(
        "words",
        (),
        "words",
        "Labels are the brief's own words for {all}, in sentence case, buttons are verbs",
        "A word that differs from the one on the corridor is a question to the help desk.",
        (
            ("Words of the trade's software", "known from elsewhere", "not what {actors} say"),
            ("Icons instead of words", "small; no translation", "guessed wrong, and silent for screen readers"),
        ),
        ("A change of word goes through the brief.",),
        sure=78,
    ),
    Choice(
        "one_act",
        (),
        "layout",
        "Each screen has one main act; the rest stands behind it in order of use",
        "With {things} on a small screen, two loud buttons are one too many.",
        (
            ("All acts in a bar", "nothing hidden", "delete stands beside save"),
            ("Acts in a menu", "a calm screen", "the frequent act needs two presses"),
        ),
        ("Acts that cannot be undone stand apart and name what they change.",),
        sure=74,
    ),
    Choice(
        "thumb",
        ("mobile", "files"),
        "layout",
        "Screens for {things} are drawn for one hand at 390 pixels first",
        "The brief puts {actors} on the move; what works there works on a desk.",
        (
            ("Desk first", "more room to begin with", "the phone gets what is left"),
            ("Two designs", "each at its best", "two sets of habits for the same people"),
        ),
        ("Targets are at least 44 pixels.", "The camera opens from the form itself."),
        sure=72,
    ),
    Choice(
        "state_words",
        ("approval", "order", "expiry", "retry"),
        "feedback",
        "The state of a {thing} is a word with an icon and a colour, in this order of importance",
        "Colour alone is lost on paper, in sunlight and to one man in twelve.",
        (
            ("Coloured dots", "compact", "need a legend, and eyes that tell red from green"),
            ("Progress bars", "show the way", "suggest a steadiness that {things} do not have"),
        ),
        ("Each state has one word everywhere, also in messages.",),
        sure=78,
    ),
    Choice(
        "no_blame",
        ("same_time", "quota", "rate_limit", "availability"),
        "words",
        "When a rule stops somebody, the screen says which rule, what is safe and what to do next",
        "The brief draws lines ({limit}); meeting one is no mistake of the person.",
        (
            ("A code and a link to help", "short", "stops the work to read a manual"),
            ("Say that something went wrong", "one text for all", "says nothing"),
        ),
        ("Every refusal of the interface has a sentence in the list of words.",),
        sure=74,
    ),
    Choice(
        "veil",
        ("privacy", "credentials"),
        "trust",
        "Protected facts of {things} are shown only on request and never in a list",
        "Screens are read over shoulders.",
        (
            ("Show all to who may see all", "fewer presses", "so may the person behind them in the queue"),
            ("Ask for the password again", "sure", "at the tenth time a day it is written on a note"),
        ),
        ("Opening one is recorded, and the screen says so.",),
        sure=70,
    ),
)


def input_type(kind: str) -> str:
    return {"text": "textarea", "integer": "number", "decimal": "number", "boolean": "checkbox", "date": "date"}.get(
        kind, "text"
    )


def write(material: Material) -> Deliverable:
    decisions = decide(material, CHOICES, prefix="UX", cover=True)
    keys = [decision.key for decision in decisions]
    found = pages(material)
    people = listing([material.many(actor.label) for actor in material.domain.actors], none="everyone")
    return Deliverable(
        summary=f"{min(len(found), MOST_SCREENS)} screens for {people}, tokens, and notes against WCAG 2.2.",
        decisions=decisions,
        artifacts=[
            Artifact(
                path="design/wireframes.html",
                media_type="text/html",
                content=_wireframes(material, found),
                implements=keys,
            ),
            Artifact(
                path="design/tokens.json", media_type="application/json", content=_tokens(material), implements=keys[:2]
            ),
            Artifact(
                path="design/accessibility.md",
                media_type="text/markdown",
                content=_notes(material, found, decisions),
                implements=keys,
            ),
        ],
        handoff="Labels come from domain.json; a new state needs a word, an icon and a colour.",
    )


def hue(material: Material) -> int:
    """A hue of the product's own, from its name and the seed."""
    return (
        hashlib.sha256(f"{material.assignment.seed}\0{material.title}".encode("utf-8", "replace")).digest()[0]
        * 360
        // 256
    )


def _tokens(material: Material) -> str:
    accent = hue(material)
    states = sorted(
        {
            value
            for entity in material.entities
            for field in entity.fields
            if field.name == "status"
            for value in field.values
        }
    )
    # Lightness 0.42 on 0.98 keeps more than 4.5:1 at every hue with this chroma; 0.62 more than 3:1 for borders.
    tokens = {
        "colour": {
            "canvas": f"oklch(0.98 0.005 {accent})",
            "text": f"oklch(0.25 0.02 {accent})",
            "accent": f"oklch(0.42 0.09 {accent})",
            "line": f"oklch(0.62 0.03 {accent})",
            "danger": "oklch(0.45 0.16 27)",
        },
        "type": {
            "family": "system-ui, sans-serif",
            "size": {"small": "14px", "body": "16px", "title": "24px"},
            "measure": "66ch",
        },
        "space": {str(step): f"{step * 4}px" for step in (1, 2, 3, 4, 6, 8, 12)},
        "target": {"least": "44px"},
        "state": {
            state: {
                "colour": f"oklch(0.45 0.11 {(accent + 47 * (number + 1)) % 360})",
                "label": state.replace("_", " "),
            }
            for number, state in enumerate(states[:12])
        },
        "screens": [page.key for page in pages(material)],
    }
    return json.dumps(tokens, ensure_ascii=False, indent=1)


def _wireframes(material: Material, found: Sequence[Page]) -> str:
    style = (
        "<style>\nbody { font: 1rem/1.5 system-ui, sans-serif; margin: 1.5rem; max-width: 60rem; }\n"
        f"section {{ border: 2px solid oklch(0.62 0.03 {hue(material)}); border-radius: 8px; margin: 1.5rem 0; "
        f"padding: 1rem; }}\n"
        "button, input, select, textarea { font: inherit; min-height: 44px; padding: 0.25rem 0.75rem; }\ntable "
        "{ border-collapse: collapse; width: 100%; }\n"
        "th, td { border-bottom: 1px solid; padding: 0.5rem; text-align: left; }\n</style>\n"
    )
    flows = []
    for actor in material.domain.actors[:8]:
        steps = [operation for operation in material.operations if actor.key in operation.actors and operation.source][
            :6
        ]
        if steps:
            flows.append(
                f"<li><strong>{label_of(actor.label)}</strong>: "
                f"{markup(', then '.join(step.title for step in steps))}</li>"
            )
    body = [
        f'<header><h1>{markup(material.title, most=120)}: wireframes</h1></header>\n<main id="main">\n',
        '<section aria-labelledby="flows">\n<h2 id="flows">Who goes which '
        f"way</h2>\n<ul>{''.join(flows) or '<li>Everyone starts at the list.</li>'}</ul>\n</section>\n",
        *(_screen(material, page, number) for number, page in enumerate(found[:MOST_SCREENS], start=1)),
        "</main>\n",
    ]
    return document(material, f"{material.title}: wireframes", "".join(body), style=style)


def _screen(material: Material, page: Page, number: int) -> str:
    fields = page.entity.fields[:5]
    heads = (
        "".join(f'<th scope="col">{label_of(field.label or field.name, most=40)}</th>' for field in fields)
        or '<th scope="col">Number</th>'
    )
    cells = (
        "".join(
            f"<td>{markup(field.values[0] if field.values else _sample(field.type), most=40)}</td>" for field in fields
        )
        or "<td>1</td>"
    )
    main_act = next(
        (op for op in page.operations if op.source and op.kind not in ("list", "read")),
        page.operations[0] if page.operations else None,
    )
    others = [op for op in page.operations if op is not main_act]
    controls = "".join(
        f'<p><label for="s{number}-{markup(field.name)}">{label_of(field.label or field.name)}</label> '
        + (
            f'<textarea id="s{number}-{markup(field.name)}" rows="2"></textarea></p>'
            if input_type(field.type) == "textarea"
            else (
                f'<input id="s{number}-{markup(field.name)}" '
                f'type="{"text" if field.values else input_type(field.type)}"></p>'
            )
        )
        for field in fields
        if field.name != "status"
    )
    limits = "".join(f"<li>{markup(limit.text, most=160)}</li>" for limit in material.bounds_of(page.entity)[:4])
    return (
        f'<section aria-labelledby="screen-{number}">\n<h2 id="screen-{number}">{number}. '
        f"{label_of(page.title, most=80)}</h2>\n"
        f"<p>For {markup(listing([material.many(who) for who in page.actors], none='everyone'), most=120)}; serves "
        f"{markup(', '.join(page.entity.requirements[:8]) or 'the other screens')}.</p>\n"
        + (f"<ul>{limits}</ul>\n" if limits else "")
        + f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody><tr>{cells}</tr></tbody>\n</table>\n"
        + (
            f'<form data-operation="{markup(main_act.key)}">{controls}<p><button '
            f'type="button">{markup(main_act.title, most=80)}</button></p></form>\n'
            if main_act
            else ""
        )
        + (
            "<p>Behind it: "
            f"{markup(', '.join(f'{op.title} ({op.key})' for op in others) or 'nothing else')}</p>\n</section>\n"
        )
    )


def _sample(kind: str) -> str:
    return {
        "integer": "1",
        "decimal": "0.00",
        "boolean": "yes",
        "date": "2 March",
        "datetime": "2 March, 14:18",
        "duration": "45 min",
        "url": "file",
    }.get(kind, "…")


def _notes(material: Material, found: Sequence[Page], decisions: list[Decision]) -> str:
    rows = []
    for page in found:
        kinds = {input_type(field.type) for field in page.entity.fields}
        notes = [
            "1.3.1 labels tied to fields",
            "2.4.6 heading is the plural of the thing",
            "4.1.3 result in a status region",
        ]
        if kinds & {"date", "datetime-local"}:
            notes.append("3.3.2 format of the date is said")
        if any(field.values for field in page.entity.fields):
            notes.append("1.4.1 state is a word, not a colour")
        if any(op.kind == "delete" for op in page.operations):
            notes.append("3.3.4 deletion is confirmed and named")
        rows.append([md(page.title), ", ".join(f"`{op.key}`" for op in page.operations), "; ".join(notes)])
    extra = []
    for themes, note in (
        (("files",), "1.1.1: whoever uploads a picture is asked for a text beside it."),
        (("expiry",), "2.2.1: a time limit is announced and can be extended where the brief allows it."),
        (("credentials",), "3.3.8: signing in needs no puzzle and no memory; paste works."),
        (("notification",), "Messages say in their first words what they are about."),
        (("availability",), "4.1.3: losing and regaining the connection is announced once, politely."),
        (("same_time",), "3.3.1: who comes second reads what happened and what is still free."),
        (("money",), "Amounts are read with their currency; columns of figures are aligned and labelled."),
        (("calendar",), "Calendars can be used by keyboard, and each has a list beside it."),
        (("realtime",), "2.2.2: what updates by itself can be held."),
    ):
        keys = material.raised(*themes)
        if keys:
            extra.append(f"- {note} ({', '.join(keys[:5])})")
    parts = [
        f"# {md(material.title, most=160)}: accessibility",
        "Measured against WCAG 2.2, level AA.",
        "## By screen\n\n" + table(["screen", "operations", "what to hold"], rows),
        "## From this brief\n\n" + ("\n".join(extra) or "- Nothing beyond the ordinary."),
        "## How it is tested\n\n- axe on every page in CI, no finding of level A or AA.\n"
        + "\n".join(
            f"- By keyboard alone: {md(op.title)} (`{op.key}`)."
            for op in [op for op in material.operations if op.source and op.actors][:8]
        ),
        "## Decisions\n\n" + "\n".join(f"- {decision.key}: {md(decision.text)}" for decision in decisions),
    ]
    return "\n\n".join(parts) + "\n"
