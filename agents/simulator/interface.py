"""The frontend developer's deliverable: the list of pages, and the main ones as HTML that works without script."""

from agents.deliverable import Artifact, Decision, Deliverable, Operation
from agents.simulator.backend import address
from agents.simulator.choices import Choice, decide
from agents.simulator.material import Material
from agents.simulator.pages import MOST_FILES, Page, input_type, pages
from agents.simulator.text import label_of, listing, markup, md, sentence, table

CHOICES = (
    Choice(
        "plain",
        (),
        "structure",
        "Pages for {all} are rendered by the server and work without script; script only adds comfort",
        "{actors} must get their work done on any device, and a form that posts is the surest thing a browser has.",
        (
            (
                "A single-page application",
                "fluid; state lives in the page",
                "a build, a router and a second copy of every rule",
            ),
            ("Native apps", "camera and notifications at hand", "two more programs to release for the same forms"),
        ),
        (
            "Each page has an address that can be sent to a colleague.",
            "The first page is readable before any script has loaded.",
        ),
        sure=76,
    ),
    Choice(
        "by_record",
        (),
        "structure",
        "Each of {all} has one page with its list, its form and its acts",
        "People think in {things}; they look for the thing first and for the act second.",
        (
            (
                "A page for each act",
                "short pages",
                "as many addresses as there are verbs; context is lost between them",
            ),
            ("One dashboard with everything", "all at a glance", "on a phone nothing is at a glance"),
        ),
        ("An act that a person may not do is not shown, and refused all the same.",),
        sure=74,
    ),
    Choice(
        "states",
        (),
        "behaviour",
        "Each page shows its empty, loading, failed and finished state in the same place",
        "Somebody who waits for {things} must see whether they wait for the system or the system for them.",
        (
            ("A message that fades away", "takes no space", "is gone before it is read; unseen by screen readers"),
            ("A dialog for each error", "cannot be missed", "must be closed before the cause can be looked at"),
        ),
        ("Errors stand beside their field and in a summary on top.",),
        sure=76,
    ),
    Choice(
        "before",
        ("quota", "rate_limit", "expiry", "calendar"),
        "behaviour",
        "The bounds on {things} are shown before the act: {limit}",
        "To be told after filling in a form is to have filled it in for nothing.",
        (
            ("Tell after sending", "no figure to keep current", "the work is lost, and so is the patience"),
            ("Hide what is not possible", "a calm page", "nobody learns why it is not there"),
        ),
        ("The figure comes with the page and is checked again on sending.",),
        sure=74,
    ),
    Choice(
        "press_once",
        ("same_time", "uniqueness", "money"),
        "behaviour",
        "A form for a {thing} carries a key of its own, so that pressing twice does it once",
        "A slow network makes people press again.",
        (
            ("Disable the button", "one line", "does nothing against a reload or a second tab"),
            ("Ask whether they are sure", "a moment to think", "people learn to answer without reading"),
        ),
        ("Who lost the race is shown what is still free.",),
        sure=78,
    ),
    Choice(
        "apart",
        ("availability", "mobile"),
        "resilience",
        "Pages for {things} keep what was typed when the connection goes, and send it when it is back",
        "The brief expects the work to go on: “offline” is a state of the page, no error.",
        (
            (
                "A full offline copy",
                "everything works everywhere",
                "conflicts of {things} that no rule of the brief decides",
            ),
            ("Tell people to wait", "nothing to build", "they will use paper, and type it in later with errors"),
        ),
        ("What is not yet sent is counted and listed.",),
        sure=66,
    ),
    Choice(
        "hidden",
        ("privacy", "roles"),
        "privacy",
        "What {actors} may not see of {things} never reaches their page",
        "A page is only as discreet as the data it was given.",
        (
            ("Hide by style", "one template", "readable in the source"),
            ("Blur until a click", "protects against glances", "protects against nothing else"),
        ),
        ("Printed pages follow the same rule.",),
        sure=78,
    ),
    Choice(
        "fresh",
        ("realtime", "notification"),
        "behaviour",
        "A change of {things} by others is announced in the page, never slipped under the reader's eyes",
        "A row that moves while a finger is on its way is the wrong row.",
        (
            ("Replace the list at once", "always current", "the list moves while it is read"),
            ("Only on reload", "calm", "people decide on what is no longer true"),
        ),
        ("The announcement says how many, and waits for a press.",),
        sure=68,
    ),
)


def write(material: Material) -> Deliverable:
    decisions = decide(material, CHOICES, prefix="WEB", cover=True)
    keys = [decision.key for decision in decisions]
    found = pages(material)
    return Deliverable(
        summary=(
            f"{len(found)} pages: {listing([page.title for page in found])}; the main "
            f"{min(len(found), MOST_FILES)} as HTML."
        ),
        decisions=decisions,
        artifacts=[
            Artifact(
                path="web/pages.md",
                media_type="text/markdown",
                content=_plan(material, found, decisions),
                implements=keys,
            ),
            Artifact(
                path="web/index.html", media_type="text/html", content=_start(material, found), implements=keys[:1]
            ),
            *(
                Artifact(path=page.file, media_type="text/html", content=_page(material, page, found), implements=keys)
                for page in found[:MOST_FILES]
                if page.file != "web/index.html"
            ),
        ],
        handoff="Every operation of the interface that people use stands on one page; the page names its operationIds.",
    )


def _plan(material: Material, found: list[Page], decisions: list[Decision]) -> str:
    parts = [
        f"# {md(material.title, most=160)}: pages",
        table(
            ["page", "address", "who", "calls"],
            [
                [
                    md(page.title),
                    f"`{page.route}`",
                    md(", ".join(page.actors) or "everyone"),
                    ", ".join(f"`{op.key}`" for op in page.operations),
                ]
                for page in found
            ],
        ),
    ]
    for page in found:
        lines = [
            f"## {md(page.title)}",
            "",
            f"Address `{page.route}`; serves "
            f"{listing(page.entity.requirements, most=10, none='what the other pages need')}.",
            "",
        ]
        for operation in page.operations:
            method, path = address(page.entity, operation)
            lines.append(
                f"- {md(operation.title)}: `{operation.key}`, `{method.upper()} {path}`, by "
                f"{md(material.actors_of(operation))}. {_outcome(page, operation)}"
            )
        lines += [
            "",
            f"States: empty (“No {md(page.title)} yet”), loading, failed (with the reason and a way on), done.",
        ]
        lines += [
            f"Shown before the act: {md(limit.text)} ({limit.key})." for limit in material.bounds_of(page.entity)[:6]
        ]
        parts.append("\n".join(lines))
    parts.append("## Decisions\n\n" + "\n".join(f"- {decision.key}: {md(decision.text)}" for decision in decisions))
    if material.human_decisions:
        parts.append(
            "## Bound by people\n\n" + "\n".join(f"- H-{h.number}: {md(h.text)}" for h in material.human_decisions)
        )
    return "\n\n".join(parts) + "\n"


def _outcome(page: Page, operation: Operation) -> str:
    thing = md(page.entity.label)
    return {
        "list": "Shows 25, then more.",
        "read": f"Shows one {thing}.",
        "create": f"Then shows the new {thing}; errors beside their field.",
        "update": "Keeps what was typed when somebody else was faster (409).",
        "delete": f"Asks once, names the {thing}.",
        "action": "Opens a file or a print view."
        if operation.reads
        else "Says what changed; refused with the reason when the state forbids it (409).",
    }[operation.kind]


def document(material: Material, title: str, body: str, *, style: str = "") -> str:
    """Return a whole HTML page: language, title, skip link, landmarks."""
    return (
        f'<!doctype html>\n<html lang="{markup(material.domain.language or "en", most=8)}">\n<head>\n<meta '
        'charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, '
        f'initial-scale=1">\n<title>{markup(title, most=120)}</title>\n{style}</head>\n<body>\n'
        f'<a href="#main">Skip to the content</a>\n{body}</body>\n</html>\n'
    )


def _navigation(found: list[Page], here: str) -> str:
    links = []
    for page in found:
        current = ' aria-current="page"' if page.key == here else ""
        name = page.file.removeprefix("web/") if page in found[:MOST_FILES] else f"index.html#{page.route.strip('/')}"
        links.append(f'<li><a href="{markup(name)}"{current}>{label_of(page.title)}</a></li>')
    return '<nav aria-label="Main">\n<ul>\n' + "\n".join(links) + "\n</ul>\n</nav>\n"


def _start(material: Material, found: list[Page]) -> str:
    rows = "\n".join(
        f'<section id="{markup(page.route.strip("/"))}" aria-labelledby="h-{markup(page.route.strip("/"))}">\n'
        f'<h2 id="h-{markup(page.route.strip("/"))}">{label_of(page.title, most=80)}</h2>\n'
        f"<p>{markup(page.entity.source or 'Needed by the other pages.', most=300)}</p>\n"
        f"<p>{markup(', '.join(op.title for op in page.operations))}</p>\n</section>"
        for page in found
    )
    body = (
        f"<header><p>{markup(material.title, most=120)}</p></header>\n{_navigation(found, '')}"
        f'<main id="main">\n<h1>{markup(material.title, most=120)}</h1>\n{rows}\n</main>\n'
    )
    return document(material, material.title, body)


def _page(material: Material, page: Page, found: list[Page]) -> str:
    entity = page.entity
    shown = entity.fields[:6]
    heads = (
        "".join(f'<th scope="col">{label_of(field.label or field.name)}</th>' for field in shown)
        or '<th scope="col">Number</th>'
    )
    empty = f'<tr><td colspan="{max(1, len(shown)) + 1}">No {markup(page.title, most=80)} yet.</td></tr>'
    limits = "".join(f"<li>{markup(limit.text, most=200)}</li>" for limit in material.bounds_of(entity)[:6])
    acts = [op for op in page.operations if op.kind in ("action", "delete")]
    parts = [
        f"<header><p>{markup(material.title, most=120)}</p></header>\n{_navigation(found, page.key)}",
        f'<main id="main">\n<h1>{label_of(page.title, most=100)}</h1>\n<div role="status" aria-live="polite"></div>\n',
        f"<ul>{limits}</ul>\n" if limits else "",
        '<section aria-labelledby="list">\n<h2 '
        f'id="list">{markup(_title_of(page, "list"), most=100)}</h2>\n<table>\n<thead><tr>{heads}<th '
        'scope="col">Acts</th></tr></thead>\n'
        f"<tbody>{empty}</tbody>\n</table>\n</section>\n",
        _form(material, page),
        *(_act(page, operation) for operation in acts),
        "</main>\n",
    ]
    return document(material, f"{sentence(page.title)}, {material.title}", "".join(parts))


def _title_of(page: Page, kind: str) -> str:
    return next((operation.title for operation in page.operations if operation.kind == kind), page.title)


def _form(material: Material, page: Page) -> str:
    operation = next((op for op in page.operations if op.kind == "create"), None)
    if operation is None:
        return ""
    fields = []
    for field in page.entity.fields:
        if field.name == "status":
            continue
        label, identity, required = (
            label_of(field.label or field.name, most=80),
            markup(f"f-{field.name}"),
            " required" if field.required else "",
        )
        control = input_type(field.type)
        if field.values:
            options = "".join(f'<option value="{markup(value)}">{markup(value)}</option>' for value in field.values)
            fields.append(
                f'<p><label for="{identity}">{label}</label> <select id="{identity}" '
                f'name="{markup(field.name)}"{required}>{options}</select></p>'
            )
        elif control == "textarea":
            fields.append(
                f'<p><label for="{identity}">{label}</label> <textarea id="{identity}" '
                f'name="{markup(field.name)}" rows="4"{required}></textarea></p>'
            )
        else:
            step = ' step="any"' if field.type == "decimal" else ""
            fields.append(
                f'<p><label for="{identity}">{label}</label> <input id="{identity}" '
                f'name="{markup(field.name)}" type="{control}"{step}{required}></p>'
            )
    for reference in material.references[page.entity.name]:
        identity = markup(f"f-{reference.column}")
        fields.append(
            f'<p><label for="{identity}">{label_of(reference.target.label, most=80)}</label> <select '
            f'id="{identity}" name="{markup(reference.column)}">'
            f'<option value="">Choose</option></select></p>'
        )
    _, path = address(page.entity, operation)
    return (
        f'<section aria-labelledby="create">\n<h2 id="create">{markup(operation.title, most=100)}</h2>\n'
        f'<form method="post" action="/api/v1{markup(path)}" data-operation="{markup(operation.key)}">\n'
        + "\n".join(fields)
        + f"\n<p><button>{markup(operation.title, most=100)}</button></p>\n</form>\n</section>\n"
    )


def _act(page: Page, operation: Operation) -> str:
    _, path = address(page.entity, operation)
    method = "get" if operation.reads else "post"
    identity = markup(f"act-{operation.key}")
    return (
        f'<form method="{method}" action="/api/v1{markup(path)}" data-operation="{markup(operation.key)}">\n'
        f'<p><label for="{identity}">{label_of(page.entity.label)} number</label> <input '
        f'id="{identity}" name="id" type="number" min="1" required> '
        f"<button>{markup(operation.title, most=100)}</button></p>\n</form>\n"
    )
