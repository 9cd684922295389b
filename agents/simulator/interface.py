"""The frontend developer's deliverable: the list of pages, and the main ones as HTML that works without script."""

from agents.assignment import HumanDecision
from agents.deliverable import Artifact, Decision, Deliverable, Operation
from agents.simulator.binding import binding, code
from agents.simulator.choices import decide
from agents.simulator.form_fields import controls
from agents.simulator.frontend_choices import CHOICES
from agents.simulator.material import Material
from agents.simulator.page_html import page_html, start_html
from agents.simulator.pages import Page, acts_from, feedback_words, names, pages, with_file
from agents.simulator.shape import transition_of
from agents.simulator.stores import Store, store_of, stores
from agents.simulator.text import counted, listing, md, table

_REFUSALS = ("unique", "exclusive", "once", "immutable", "append_only", "condition")


def write(material: Material) -> Deliverable:
    decisions = decide(material, CHOICES, prefix="WEB", cover=True)
    keys = [decision.key for decision in decisions]
    found = pages(material)
    tables = stores(material)
    shown = with_file(found)
    return Deliverable(
        summary=(
            f"{counted(len(found), 'page')}: {listing([page.title for page in found])}; {len(shown)} of them as HTML, "
            f"with {counted(sum(len(page.operations) for page in found), 'call')} of the interface."
        ),
        decisions=decisions,
        artifacts=[
            Artifact(
                path="web/pages.md",
                media_type="text/markdown",
                content=_plan(material, found, tables, decisions),
                implements=keys,
            ),
            Artifact(
                path="web/index.html", media_type="text/html", content=start_html(material, found), implements=keys[:1]
            ),
            *(
                Artifact(
                    path=page.file,
                    media_type="text/html",
                    content=page_html(material, page, found, tables),
                    implements=keys,
                )
                for page in shown
            ),
        ],
        handoff=(
            "Every operation of the interface that people use stands on one page; pages.md names its operationId, "
            "method and path as api/openapi.yaml has them."
        ),
    )


def _plan(material: Material, found: list[Page], tables: list[Store], decisions: list[Decision]) -> str:
    shown = {page.key for page in with_file(found)}
    people = listing([material.many(actor.label) for actor in material.domain.actors], none="everyone")
    parts = [
        f"# {md(material.title, most=160)}: pages",
        f"{counted(len(found), 'page')} for {md(people)}. Forms post to the address of their call and work without "
        "script; `_method` stands for PATCH, PUT and DELETE.",
        table(
            ["page", "route", "file", "who sees it", "calls"],
            [
                [
                    md(page.title),
                    f"`{page.route}`",
                    f"`{page.file}`" if page.key in shown else "part of `web/index.html`",
                    md(", ".join(page.actors) or "everyone"),
                    ", ".join(f"`{call.name}`" for call in page.calls),
                ]
                for page in found
            ],
        ),
        *binding(material, lambda decision: _effect(material, decision, found)),
        *(_section(material, page, tables) for page in found),
        "## Decisions\n\n" + "\n".join(f"- {decision.key}: {md(decision.text)}" for decision in decisions),
    ]
    return "\n\n".join(parts) + "\n"


def _effect(material: Material, decision: HumanDecision, found: list[Page]) -> str:
    """Say which pages a decision touches, by the words it shares with them."""
    words = {word.strip(".,;:!?“”\"'()").lower() for word in decision.text.split()}
    touched = [page.title for page in found if names(words, page.entity)]
    return f"Binds the page of {md(listing(touched))}." if touched else "Binds every page."


def _section(material: Material, page: Page, tables: list[Store]) -> str:
    entity, thing, things = page.entity, md(page.entity.label), md(page.title)
    serves = listing(entity.requirements, most=10, none="what the other pages need")
    lines = [
        f"## {things}",
        "",
        f"Route `{page.route}`, one {thing} at `{page.route}/{{id}}`. Serves {serves}; for "
        f"{md(listing(list(page.actors), none='everyone'))}.",
    ]
    if names(feedback_words(material), entity):
        lines += ["", f"Comes first since round {material.assignment.round}: the feedback names {things}."]
    lines += ["", _calls(material, page), "", _states(material, page)]
    fields = _fields(material, page, tables)
    if fields:
        lines += ["", fields]
    told = [f"- Shown before the act: {md(limit.text)} ({limit.key})." for limit in material.bounds_of(entity)[:8]]
    told += [f"- Kept on this page: {md(rule.text)} ({rule.key})." for rule in material.rules_of(entity)[:8]]
    if told:
        lines += ["", *told]
    return "\n".join(lines)


def _calls(material: Material, page: Page) -> str:
    rows = []
    for operation, call in zip(page.operations, page.calls, strict=True):
        rows.append(
            [
                md(operation.title),
                f"`{call.name}`",
                f"`{call.text}`",
                md(material.actors_of(operation)),
                _outcome(material, page, operation),
            ]
        )
    return table(["act", "operationId", "call", "who", "then"], rows)


def _outcome(material: Material, page: Page, operation: Operation) -> str:
    thing, things = md(page.entity.label), md(page.title)
    step = transition_of(material, page.entity, operation)
    refused = [rule for rule in material.rules_of(page.entity, *_REFUSALS) if _concerns(rule.kind, operation)]
    statuses = page.call(operation).statuses
    after = {
        "list": f"{things} by page, newest first",
        "read": f"one {thing} with its acts",
        "create": f"the new {thing}; errors beside their field",
        "update": f"the changed {thing}; what was typed is kept when it is refused",
        "delete": f"the list, without the {thing}",
        "action": f"the {thing} to print or save" if operation.reads else f"the {thing}, saying what changed",
    }[operation.kind]
    if step is not None:
        after += f", now “{md(step.target.replace('_', ' '))}”"
    if refused:
        after += f"; refused ({'409' if '409' in statuses or not statuses else 'with the reason'}) by " + ", ".join(
            rule.key for rule in refused[:4]
        )
    elif "429" in statuses:
        after += "; 429 says when it opens again"
    return after


def _concerns(kind: str, operation: Operation) -> bool:
    if kind in ("immutable", "append_only"):
        return operation.kind in ("update", "delete")
    if operation.kind in ("list", "read") or operation.reads:
        return False
    return operation.kind == "create" or kind in ("once", "condition", "exclusive")


def _states(material: Material, page: Page) -> str:
    things, thing = md(page.title), md(page.entity.label)
    makers = page.first("create")
    listed, read = page.first("list"), page.first("read")
    rows = [
        [
            "empty",
            f"No {things} yet",
            f"offers “{md(makers.title)}” to {md(material.actors_of(makers))}"
            if makers
            else f"says who makes {things}",
        ],
        [
            "loading",
            f"the frame of {things} stands, its rows are announced",
            f"`{page.call(listed).name}` is under way" if listed else "the page is under way",
        ],
        ["error", f"{things} could not be loaded; what was typed stays", f"try again on `{page.route}`"],
        [
            "denied",
            f"403, or 404 for the {thing} of somebody else",
            f"names who may: {md(material.actors_of(read) if read else listing(list(page.actors)))}",
        ],
    ]
    for state in page.states:
        acts = [
            f"{md(op.title)}{f' → {md(target)}' if target else ''}" for op, target in acts_from(material, page, state)
        ]
        named = md(state.replace("_", " "))
        rows.append(
            [named, f"the {thing} is marked “{named}” in words", md(listing(acts, most=5, none="nothing more to do"))]
        )
    return table(["state", "what the page shows", "the way on"], rows)


def _fields(material: Material, page: Page, tables: list[Store]) -> str:
    operation = page.first("create") or page.first("update")
    if operation is None:
        return ""
    rows = [
        [
            md(control.label),
            code(control.name),
            control.kind,
            md(control.bounds(), most=200) or "free",
            control.limit.key if control.limit is not None else "–",
        ]
        for control in controls(material, page.entity, page.call(operation), store_of(tables, page.entity))
    ]
    return table(["field", "name", "control", "bounds", "limit"], rows) if rows else ""
