"""The UI/UX designer's deliverable: wireframes, tokens, ways through the product, and notes on accessibility."""

from agents.assignment import HumanDecision
from agents.deliverable import Artifact, Decision, Deliverable, Operation
from agents.simulator.binding import binding
from agents.simulator.choices import decide
from agents.simulator.colours import contrast
from agents.simulator.criteria import Criterion, criteria
from agents.simulator.flows import flows_html, flows_md, lives_md
from agents.simulator.form_fields import Control, controls
from agents.simulator.material import Material
from agents.simulator.notation import compact_json
from agents.simulator.page_html import document
from agents.simulator.page_words import field_word, word
from agents.simulator.pages import Page, by_people, names, pages
from agents.simulator.shape import Attribute, attributes
from agents.simulator.stores import store_of, stores
from agents.simulator.text import counted, label_of, listing, markup, md, sentence, table
from agents.simulator.tokens import palette, state_looks, tokens
from agents.simulator.uiux_choices import CHOICES

MOST_SCREENS = 14
MOST_FIELDS = 8


def write(material: Material) -> Deliverable:
    decisions = decide(material, CHOICES, prefix="UX", cover=True)
    keys = [decision.key for decision in decisions]
    found = pages(material)
    matter = criteria(material, found)
    people = listing([material.many(actor.label) for actor in material.domain.actors], none="everyone")
    return Deliverable(
        summary=(
            f"{counted(min(len(found), MOST_SCREENS), 'screen')} for {people}, tokens with computed contrast, and "
            f"{counted(len(matter), 'criterion', 'criteria')} of WCAG 2.2 with their places."
        ),
        decisions=decisions,
        artifacts=[
            Artifact(
                path="design/wireframes.html",
                media_type="text/html",
                content=_wireframes(material, found),
                implements=keys,
            ),
            Artifact(
                path="design/tokens.json",
                media_type="application/json",
                content=compact_json(tokens(material)) + "\n",
                implements=keys[:2],
            ),
            Artifact(
                path="design/flows.md",
                media_type="text/markdown",
                content=_flows(material, found),
                implements=keys,
            ),
            Artifact(
                path="design/accessibility.md",
                media_type="text/markdown",
                content=_notes(material, found, matter, decisions),
                implements=keys,
            ),
        ],
        handoff="Labels come from domain.json; a new state needs a word, a mark and a colour in tokens.json.",
    )


def _wireframes(material: Material, found: list[Page]) -> str:
    ink = {name: value for name, (value, _) in palette(material).items()}
    style = (
        f"<style>body {{ font: 1rem/1.5 system-ui, sans-serif; color: {ink['text']}; background: {ink['canvas']}; "
        "margin: 1.5rem auto; max-width: 62rem; padding: 0 1rem }\n"
        f"section.screen {{ border: 2px solid {ink['line']}; border-radius: 8px; margin: 2rem 0; padding: 1rem; "
        f"background: {ink['surface']} }} .states {{ border-left: 4px solid {ink['line']}; padding-left: 1rem }}\n"
        f"button {{ background: {ink['act']}; color: {ink['surface']}; border: 0 }} button.behind {{ background: none; "
        f"color: {ink['act']}; border: 2px solid {ink['act']} }} .refusal {{ color: {ink['refusal']} }}\n"
        "button, input, select, textarea { font: inherit; min-height: 2.75rem; max-width: 100%; padding: 0 0.75rem } "
        "label { display: block } table { border-collapse: collapse; width: 100% } th, td { border-bottom: 1px solid "
        f"{ink['line']}; padding: 0.5rem; text-align: left }} :focus-visible {{ outline: 3px solid {ink['focus']} }}"
        "</style>\n"
    )
    shown = found[:MOST_SCREENS]
    links = "\n".join(
        f'<li><a href="#screen-{number}">{label_of(page.title, most=60)}</a></li>'
        for number, page in enumerate(shown, start=1)
    )
    nav = markup(f"{word(material.domain.language, 'nav')}: {material.title}", most=100)
    bound = "".join(
        f"<li>H-{decision.number}: {markup(decision.text, most=300)}</li>" for decision in material.human_decisions
    )
    asked = material.assignment.feedback.strip()
    told = f"<p>Round {material.assignment.round}: {markup(asked, most=600)}</p>\n" if asked else ""
    rest = listing([page.title for page in found[MOST_SCREENS:]], most=20, none="")
    body = [
        f"<header><h1>{markup(material.title, most=120)}: wireframes</h1>\n{told}",
        f"<ul>{bound}</ul>\n" if bound else "",
        f'<nav aria-label="{nav}"><ul>{links}</ul></nav></header>\n<main id="main">\n',
        f'<section aria-labelledby="ways"><h2 id="ways">{markup(material.title, most=80)}: who goes which way</h2>\n'
        f"{flows_html(material, shown)}</section>\n",
        *(_screen(material, page, number) for number, page in enumerate(shown, start=1)),
        "</main>\n",
        f"<footer><p>{markup(rest, most=300)}</p></footer>\n" if rest else "",
    ]
    return document(material, f"{material.title}: wireframes", "".join(body), style=style)


def _screen(material: Material, page: Page, number: int) -> str:
    """One screen: what it is for, its list with a row for each state, its main act, the rest, and its other states."""
    acts = [op for op in page.operations if op.kind not in ("list", "read", "create") and by_people(material, op)]
    create = page.first("create")
    main = create if create is not None and by_people(material, create) else None
    serves = ", ".join(page.entity.requirements[:8])
    who = listing([material.many(actor) for actor in page.actors], none="everyone")
    told = [markup(limit.text, most=160) for limit in material.bounds_of(page.entity)[:4]]
    told += [markup(rule.text, most=200) for rule in material.rules_of(page.entity)[:4]]
    behind = "\n".join(
        f'<button type="button" class="behind" data-operation="{markup(page.call(op).name)}">'
        f"{markup(op.title, most=80)}</button>"
        for op in acts
    )
    label = markup(f"{page.title}: {word(material.domain.language, 'acts')}", most=100)
    parts = [
        f'<section class="screen" id="screen-{number}" aria-labelledby="title-{number}" '
        f'data-route="{markup(page.route)}"><h2 id="title-{number}">{label_of(page.title, most=80)}</h2>',
        f"<p>{markup(page.route)}: {markup(who, most=140)}{f' ({markup(serves)})' if serves else ''}</p>",
        "<ul>" + "\n".join(f"<li>{line}</li>" for line in dict.fromkeys(told)) + "</ul>" if told else "",
        _table(material, page, number),
        f'<div role="group" aria-label="{label}">{behind}</div>' if behind else "",
        _form(material, page, main, number) if main is not None else "",
        _states(material, page, number),
    ]
    return "\n".join(part for part in parts if part) + "</section>\n"


def _table(material: Material, page: Page, number: int) -> str:
    shown = [found for found in attributes(material, page.entity) if not found.is_state][:5]
    heads = [label_of(field_word(material.domain.language, found.name, found.label), most=40) for found in shown]
    heads = [markup(word(material.domain.language, "number")), *heads]
    heads += [markup(word(material.domain.language, "state"))] if page.states else []
    looks = state_looks(material)
    rows = []
    for row, state in enumerate(page.states[:6] or ("",), start=1):
        cells = [markup(found.values[0], most=40) if found.values else _sample(found) for found in shown]
        if page.states:
            look = looks.get(f"{page.entity.name}.{state}")
            mark = f" ({markup(str(look['mark']))})" if look else ""
            cells.append(f"{markup(state.replace('_', ' '), most=40)}{mark}")
        rows.append(f'<tr><th scope="row">{row}</th>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    head = "".join(f'<th scope="col">{cell}</th>' for cell in heads)
    return (
        f"<table><caption>{label_of(page.title, most=80)} {number}.1</caption><thead><tr>{head}</tr></thead>\n<tbody>"
        + "\n".join(rows)
        + "</tbody></table>"
    )


def _sample(attribute: Attribute) -> str:
    """Return a word that shows the kind of the field."""
    known = {"integer": "1", "decimal": "0.00", "boolean": "–", "date": "2026-03-01", "datetime": "2026-03-01 14:00"}
    return known.get(attribute.type) or label_of(attribute.label or attribute.name, most=40)


def _form(material: Material, page: Page, operation: Operation, number: int) -> str:
    asked = controls(material, page.entity, page.call(operation), store_of(material.once(stores), page.entity))
    lines = [
        _field(material, control, f"s{number}-{place}") for place, control in enumerate(asked[:MOST_FIELDS], start=1)
    ]
    title = markup(operation.title, most=80)
    return (
        f'<form data-operation="{markup(page.call(operation).name)}" aria-label="{title}">'
        + "\n".join(lines)
        + f'<p><button type="button">{title}</button></p></form>'
    )


def _field(material: Material, control: Control, identity: str) -> str:
    bounds = control.bounds()
    label = f'<label for="{identity}">{label_of(control.label, most=60)}</label>'
    hint = f' <small id="{identity}-h">{markup(bounds, most=120)}</small>' if bounds else ""
    tied = f' aria-describedby="{identity}-h"' if bounds else ""
    if control.kind == "textarea":
        return f'<p>{label} <textarea id="{identity}" rows="2"{tied}></textarea>{hint}</p>'
    if control.kind == "select":
        choose = markup(word(material.domain.language, "choose"))
        return f'<p>{label} <select id="{identity}"{tied}><option>{choose}</option></select>{hint}</p>'
    return f'<p>{label} <input id="{identity}" type="{control.kind}"{tied}>{hint}</p>'


def _states(material: Material, page: Page, number: int) -> str:
    """What stands in the place of the list when it cannot be shown, in the words of the page."""
    language, who = material.domain.language, ", ".join(page.actors[:3])
    lines = [
        markup(sentence(word(language, key, things=page.title, who=who or word(language, "system"))), most=200)
        for key in ("empty", "loading", "failed", "denied")
    ]
    label = markup(f"{page.title}: {word(language, 'state')}", most=80)
    return (
        f'<div class="states" role="group" aria-label="{label}"><p id="empty-{number}">{lines[0]}</p>\n'
        f"<p>{lines[1]}</p>\n"
        f'<p class="refusal">{lines[2]}</p>\n<p class="refusal">{lines[3]}</p></div>'
    )


def _flows(material: Material, found: list[Page]) -> str:
    ways = flows_md(material, found)
    lives = lives_md(material, found)
    start = found[0].route if found else "/"
    parts = [
        f"# {md(material.title, most=160)}: ways through it",
        *binding(material, lambda decision: _effect(decision, found)),
        "## By person\n\n" + ("\n\n".join(ways) or f"The brief names nobody; everyone starts at `{start}`."),
    ]
    if lives:
        parts.append("## By thing\n\n" + "\n\n".join(lives))
    return "\n\n".join(parts) + "\n"


def _effect(decision: HumanDecision, found: list[Page]) -> str:
    words = {word.strip(".,;:!?“”\"'()").lower() for word in decision.text.split()}
    touched = [page.title for page in found if names(words, page.entity)]
    return f"Binds the screens of {md(listing(touched))}." if touched else "Binds every screen."


def _notes(material: Material, found: list[Page], matter: list[Criterion], decisions: list[Decision]) -> str:
    rows = [
        [f"{one.number} {one.name} ({one.level})", md(listing(list(one.places), most=4), most=360), one.how]
        for one in matter
    ]
    tests = "\n".join(f"- [ ] {one.number}: {one.test}." for one in matter)
    looks = state_looks(material)
    shades = [
        [f"`{name}`", f"`{value}` on `{ground}`", f"{contrast(value, ground):.2f}:1"]
        for name, (value, ground) in palette(material).items()
        if value != ground
    ]
    shades += [[f"`{name}`", f"`{look['colour']}`", f"{look['contrast']}:1"] for name, look in looks.items()]
    operations = [(page, op) for page in found for op in page.operations if op.source and by_people(material, op)][:10]
    parts = [
        f"# {md(material.title, most=160)}: accessibility",
        f"WCAG 2.2, level AA. Of its criteria {len(matter)} matter most for {md(material.title)}; the others hold too.",
        *binding(material, lambda decision: _effect(decision, found)),
        "## What matters here, and where\n\n" + table(["criterion", "where", "how it is met"], rows),
        f"## Contrast of {md(material.title, most=80)} (1.4.3, 1.4.11)\n\n"
        + table(["colour", "value", "contrast"], shades),
        f"## How {md(material.title, most=80)} is tested\n\n{tests}\n"
        + "\n".join(
            f"- [ ] By keyboard and by screen reader: {md(op.title)} (`{page.call(op).name}` on `{page.route}`)."
            for page, op in operations
        ),
        "## Decisions\n\n" + "\n".join(f"- {decision.key}: {md(decision.text)}" for decision in decisions),
    ]
    return "\n\n".join(parts) + "\n"
