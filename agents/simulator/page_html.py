"""Pages as static HTML: labelled, usable by keyboard, with the brief's bounds on the fields; no script needed."""

import hashlib
import re

from agents.deliverable import Operation
from agents.simulator.form_fields import Control, controls
from agents.simulator.material import Material
from agents.simulator.page_words import field_word, word
from agents.simulator.pages import Page, acts_from, by_people, with_file
from agents.simulator.shape import attributes, state_of
from agents.simulator.stores import Store, store_of
from agents.simulator.text import label_of, markup, sentence

MOST_COLUMNS = 6
MOST_ROWS = 5


def document(material: Material, title: str, body: str, *, style: str = "", skip: str = "") -> str:
    """Return a whole HTML page: language, title, skip link, landmarks."""
    language = markup(material.domain.language or "en", most=8)
    skip = skip or word(material.domain.language, "skip", things=material.title[:60])
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width='
        f'device-width, initial-scale=1"><title>{markup(title, most=120)}</title>\n{style}</head><body>\n'
        f'<a href="#main">{markup(skip, most=100)}</a>\n{body}</body></html>\n'
    )


def hue(material: Material) -> int:
    """A hue of the product's own, from its name and the seed."""
    told = f"{material.assignment.seed}\0{material.title}".encode("utf-8", "replace")
    return hashlib.sha256(told).digest()[0] * 360 // 256


def _style(material: Material) -> str:
    """One rule set on one line, in the product's own hue: the pages need no file beside them."""
    tone = hue(material)
    return (
        f"<style>:root {{ color-scheme: light; --ink: oklch(0.25 0.02 {tone}); --line: oklch(0.6 0.03 {tone}); "
        f"--act: oklch(0.42 0.09 {tone}) }} body {{ font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); "
        "max-width: 60rem; margin: 1rem auto; padding: 0 1rem } nav ul { display: flex; flex-wrap: wrap; gap: 1rem; "
        "padding: 0; list-style: none } table { width: 100%; border-collapse: collapse } th, td { text-align: left; "
        "padding: 0.5rem; border-bottom: 1px solid var(--line) } input, select, textarea, button { font: inherit; "
        "min-height: 2.75rem; max-width: 100% } label { display: block } button { background: var(--act); color: "
        "#fff; border: 0; padding: 0 1rem } :focus-visible { outline: 3px solid var(--act); outline-offset: 2px }"
        "</style>\n"
    )


def _navigation(material: Material, found: list[Page], here: str) -> str:
    files = {page.key for page in with_file(found)}
    links = []
    for page in found:
        current = ' aria-current="page"' if page.key == here else ""
        name = page.file.removeprefix("web/") if page.key in files else f"index.html#{_anchor(page.route)}"
        links.append(f'<li><a href="{markup(name)}"{current}>{label_of(page.title)}</a></li>')
    label = markup(f"{word(material.domain.language, 'nav')}: {material.title}", most=100)
    return f'<nav aria-label="{label}"><ul>' + "\n".join(links) + "</ul></nav>\n"


def _anchor(route: str) -> str:
    return markup(re.sub(r"[^a-z0-9]+", "-", route.lower()).strip("-") or "page")


def start_html(material: Material, found: list[Page]) -> str:
    """Return the first page: what each kind of person does, and where; then every page with its operations."""
    language = material.domain.language
    files = {page.key: page.file.removeprefix("web/") for page in with_file(found)}
    ways = []
    for number, actor in enumerate(material.domain.actors, start=1):
        links = []
        for page in found:
            for operation in page.operations:
                if actor.key in operation.actors and operation.source:
                    goal = files.get(page.key, "") + f"#{markup(_identity(operation, page))}"
                    links.append(
                        f'<li><a href="{goal if page.key in files else "#" + _anchor(page.route)}">'
                        f"{markup(operation.title, most=100)}</a></li>"
                    )
        if links:
            ways.append(
                f'<section aria-labelledby="who-{number}"><h2 id="who-{number}">{label_of(actor.label, most=80)}</h2>\n'
                "<ul>" + "\n".join(links[:12]) + "</ul></section>"
            )
    rows = [
        f'<section id="{_anchor(page.route)}" aria-labelledby="h-{_anchor(page.route)}">'
        f'<h2 id="h-{_anchor(page.route)}">{label_of(page.title, most=80)}</h2>\n'
        + (f"<p>{markup(page.entity.source, most=300)}</p>\n" if page.entity.source else "")
        + f"<p>{markup(', '.join(op.title for op in page.operations))}</p></section>"
        for page in found
    ]
    body = (
        f"<header><p>{markup(material.title, most=120)}</p>{_navigation(material, found, '')}</header>\n"
        f'<main id="main"><h1>{markup(material.title, most=120)}</h1>\n' + "\n".join([*ways, *rows]) + "\n</main>\n"
    )
    return document(material, f"{material.title}: {word(language, 'nav')}", body, style=_style(material))


def page_html(material: Material, page: Page, found: list[Page], tables: list[Store]) -> str:
    """Return one page: its states, its list with an example of each state, its form and its acts."""
    language, things = material.domain.language, page.title
    create, update = page.first("create"), page.first("update")
    parts = [
        f"<header><p>{markup(material.title, most=120)}</p>{_navigation(material, found, page.key)}</header>\n",
        f'<main id="main"><h1>{label_of(things, most=100)}</h1>\n',
        _notices(material, page),
        _states(material, page),
        _list(material, page),
        *(
            _form(material, page, operation, tables)
            for operation in (create, update)
            if operation is not None and by_people(material, operation)
        ),
        *(
            _act(material, page, operation)
            for operation in page.operations
            if operation.kind in ("action", "delete") and by_people(material, operation)
        ),
        "</main>\n",
    ]
    skip = word(language, "skip", things=things)
    return document(
        material, f"{sentence(things)}, {material.title}", "".join(parts), style=_style(material), skip=skip
    )


def _identity(operation: Operation, page: Page) -> str:
    """Return the id of the place where an operation is carried out on its page."""
    return "list" if operation.kind in ("list", "read") else f"act-{page.operations.index(operation) + 1}"


def _notices(material: Material, page: Page) -> str:
    """The bounds and rules of the brief, before anybody meets them."""
    told = [f"<li>{markup(limit.text, most=200)}</li>" for limit in material.bounds_of(page.entity)[:6]]
    told += [f"<li>{markup(rule.text, most=240)}</li>" for rule in material.rules_of(page.entity)[:6]]
    told = list(dict.fromkeys(told))
    if not told:
        return ""
    label = markup(word(material.domain.language, "bounds", things=page.title), most=100)
    return f'<aside aria-label="{label}"><ul>' + "\n".join(told) + "</ul></aside>\n"


def _states(material: Material, page: Page) -> str:
    """What stands in the place of the list when there is none; the server shows one and hides the rest."""
    language = material.domain.language
    who = ", ".join(page.actors[:3]) or word(language, "system")
    shown = {
        key: markup(sentence(word(language, key, things=page.title, who=who)), most=200)
        for key in ("empty", "loading", "failed", "denied")
    }
    return (
        f'<div role="status" aria-live="polite"><p data-state="empty" hidden>{shown["empty"]}</p>\n'
        f'<p data-state="loading" hidden>{shown["loading"]}</p></div>\n'
        f'<div role="alert"><p data-state="error" hidden>{shown["failed"]}</p>\n'
        f'<p data-state="denied" hidden>{shown["denied"]}</p></div>\n'
    )


def _list(material: Material, page: Page) -> str:
    """The list with its filter, and a row for an example in each state."""
    operation = page.first("list") or page.first("read")
    if operation is None:
        return ""
    language, call = material.domain.language, page.call(operation)
    action = page.prefix + re.sub(r"{[^}]*}", "1", call.path)
    button = markup(word(language, "filter", things=page.title), most=100)
    return (
        '<section id="list" aria-labelledby="list-title"><h2 id="list-title">'
        f"{markup(operation.title, most=100)}</h2>\n"
        f'<form method="get" action="{markup(action)}" data-operation="{markup(call.name)}">'
        f"{_filter(material, page) if operation.kind == 'list' else ''}<p><button>{button}</button></p></form>\n"
        f"{_table(material, page)}</section>\n"
    )


def _state_label(material: Material, page: Page) -> str:
    held, language = state_of(material, page.entity), material.domain.language
    return label_of(field_word(language, held.name, held.label)) if held else markup(word(language, "state"))


def _filter(material: Material, page: Page) -> str:
    if not page.states:
        return ""
    held = state_of(material, page.entity)
    options = "".join(
        f'<option value="{markup(state)}">{markup(state.replace("_", " "))}</option>' for state in page.states[:20]
    )
    return (
        f'<p><label for="filter">{_state_label(material, page)}</label> '
        f'<select id="filter" name="{markup(held.name if held else "state")}">'
        f'<option value="">{markup(word(material.domain.language, "all"))}</option>{options}</select></p>\n'
    )


def _table(material: Material, page: Page) -> str:
    language = material.domain.language
    shown = [found for found in attributes(material, page.entity) if not found.is_state][: MOST_COLUMNS - 1]
    labels = [field_word(language, found.name, found.label) for found in shown]
    heads = [markup(word(language, "number")), *(label_of(label) for label in labels)]
    heads += [_state_label(material, page)] if page.states else []
    rows = []
    for number, state in enumerate(page.states[:MOST_ROWS] or ("",), start=1):
        cells = [_example(found.type, label, number, found.values) for found, label in zip(shown, labels, strict=True)]
        cells += [state.replace("_", " ")] if page.states else []
        data = "".join(f"<td>{markup(cell, most=80)}</td>" for cell in cells)
        rows.append(f'<tr id="record-{number}"><th scope="row">{number}</th>{data}</tr>')
    head = "".join(f'<th scope="col">{cell}</th>' for cell in heads)
    return (
        f"<table><caption>{label_of(page.title, most=100)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>"
        + "\n".join(rows)
        + "</tbody></table>"
    )


def _form(material: Material, page: Page, operation: Operation, tables: list[Store]) -> str:
    call = page.call(operation)
    asked = controls(material, page.entity, call, store_of(tables, page.entity))
    place = page.operations.index(operation) + 1
    lines = [
        f'<section id="act-{place}" aria-labelledby="act-{place}-title"><h2 id="act-{place}-title">'
        f"{markup(operation.title, most=100)}</h2>",
        _opening(page, operation),
        *(_control(material, control, f"{place}-{number}") for number, control in enumerate(asked, start=1)),
        f"<p><button>{markup(operation.title, most=100)}</button></p></form></section>",
    ]
    return "\n".join(lines) + "\n"


def _opening(page: Page, operation: Operation, record: int = 1) -> str:
    """Open the form of a call on an example record; HTML itself knows only GET and POST."""
    call = page.call(operation)
    action = page.prefix + re.sub(r"{[^}]*}", str(record), call.path)
    method, hidden = "get" if call.method == "get" else "post", ""
    if call.method not in ("get", "post"):
        hidden = f'<input type="hidden" name="_method" value="{call.method.upper()}">'
    if any(header.lower() == "idempotency-key" for header in call.headers):
        hidden += f'<input type="hidden" name="Idempotency-Key" value="{markup(operation.key)}-1">'
    return f'<form method="{method}" action="{markup(action)}" data-operation="{markup(call.name)}">{hidden}'


def _control(material: Material, control: Control, place: str) -> str:
    language = material.domain.language
    identity, name = f"f-{place}", markup(control.name, most=120)
    hint = _hint(control)
    described = f' aria-describedby="{identity}-hint"' if hint else ""
    required = " required" if control.required else ""
    needed = f" ({markup(word(language, 'required'))})" if control.required else ""
    label = f'<label for="{identity}">{label_of(control.label, most=80)}{needed}</label>'
    if control.kind == "select":
        values = control.options or tuple("123") if control.target is not None else control.options
        shown = [
            (value, f"{control.target.label} {value}" if control.target is not None else value.replace("_", " "))
            for value in values
        ]
        options = "".join(f'<option value="{markup(value)}">{markup(text, most=80)}</option>' for value, text in shown)
        first = f'<option value="">{markup(word(language, "choose"))}</option>'
        field = f'<select id="{identity}" name="{name}"{described}{required}>{first}{options}</select>'
    elif control.kind == "textarea":
        most = f' maxlength="{control.maxlength}"' if control.maxlength else ""
        field = f'<textarea id="{identity}" name="{name}" rows="4"{most}{described}{required}></textarea>'
    else:
        bounds = {
            "min": control.least,
            "max": control.most,
            "step": control.step,
            "maxlength": control.maxlength,
            "pattern": control.pattern,
            "autocomplete": control.purpose,
        }
        given = "".join(f' {key}="{markup(str(value))}"' for key, value in bounds.items() if value is not None)
        field = f'<input id="{identity}" name="{name}" type="{control.kind}"{given}{described}{required}>'
    told = f'<small id="{identity}-hint">{hint}</small>' if hint else ""
    return f"<p>{label} {field}{told}</p>"


def _hint(control: Control) -> str:
    """The sentence of the brief behind a bound; else the bare bound."""
    if control.limit is not None:
        return markup(control.limit.text, most=160)
    if control.kind == "number" and (control.least or control.most):
        return markup(f"{control.least or '…'} – {control.most or '…'}")
    return ""


def _act(material: Material, page: Page, operation: Operation) -> str:
    """The form of an act on one record, in the first state that allows it."""
    language, place = material.domain.language, page.operations.index(operation) + 1
    title = markup(operation.title, most=100)
    allowed = [
        (number, state.replace("_", " "))
        for number, state in enumerate(page.states[:MOST_ROWS], start=1)
        if any(found is operation for found, _ in acts_from(material, page, state))
    ]
    record, state = allowed[0] if allowed else (1, "")
    shown = f"{sentence(page.entity.label)} {record}" + (f" ({state})" if state else "")
    extra = ""
    reason = page.call(operation).body.get("reason")
    if reason is not None:
        most = reason.get("maxLength")
        bound = f' maxlength="{most}"' if isinstance(most, int) else ""
        label = f"{operation.title}: {word(language, 'reason')}"
        extra = (
            f'<p><label for="r-{place}">{markup(label, most=140)}</label> '
            f'<textarea id="r-{place}" name="reason" rows="2"{bound}></textarea></p>\n'
        )
    if operation.kind == "delete":
        sure = markup(word(language, "sure", thing=page.entity.label), most=120)
        box = f'<input id="s-{place}" type="checkbox" name="sure" required>'
        extra += f'<p><label for="s-{place}">{box} {sure}</label></p>\n'
    return (
        f'<section id="act-{place}" aria-labelledby="act-{place}-title"><h2 id="act-{place}-title">{title}</h2>\n'
        f"{_opening(page, operation, record)}<p>{markup(shown, most=120)}</p>\n"
        f"{extra}<p><button>{title}</button></p></form></section>\n"
    )


def _example(kind: str, label: str, number: int, values: tuple[str, ...]) -> str:
    """Return a cell that shows the kind of the field without pretending to be real."""
    if values:
        return values[(number - 1) % len(values)]
    return {
        "integer": str(number),
        "decimal": f"{number}.50",
        "boolean": "–",
        "date": f"2026-03-0{number}",
        "datetime": f"2026-03-0{number} 14:00",
        "duration": f"{15 * number} min",
        "email": f"{number}@example.org",
    }.get(kind, f"{label} {number}")
