"""Ways through the product: what each kind of person does in order, and the life of each thing with states."""

from agents.deliverable import Actor, Operation
from agents.simulator.material import Material
from agents.simulator.pages import Page, acts_from
from agents.simulator.shape import transition_of
from agents.simulator.text import label_of, listing, markup, md, mermaid, table

MOST_STEPS = 12
_ORDER = {"list": 0, "create": 1, "read": 2, "action": 3, "update": 4, "delete": 5}


def steps_of(material: Material, actor: Actor, found: list[Page]) -> list[tuple[Page, Operation]]:
    """Return what an actor does: named acts in the order of the brief, a list first where they look for something."""
    place = {operation.key: number for number, operation in enumerate(material.operations)}
    mine = [(page, op) for page in found for op in page.operations if actor.key in op.actors]
    named = [(page, op) for page, op in mine if op.source] or mine[:6]
    named.sort(key=lambda entry: (_first_said(material, entry[1]), _ORDER[entry[1].kind], place[entry[1].key]))
    return named[:MOST_STEPS]


def _first_said(material: Material, operation: Operation) -> int:
    keys = [int(key[2:]) for key in operation.requirements if key[:2] == "R-" and key[2:].isdigit()]
    return min(keys, default=10_000)


def flows_md(material: Material, found: list[Page]) -> list[str]:
    """Return a section for each actor: page, act, what follows, and what can stand in the way."""
    sections = []
    for actor in material.domain.actors[:12]:
        rows = []
        for number, (page, operation) in enumerate(steps_of(material, actor, found), start=1):
            step = transition_of(material, page.entity, operation)
            after = (
                f"{md(page.entity.label)} is “{md(step.target.replace('_', ' '))}”" if step else _after(page, operation)
            )
            rows.append(
                [
                    str(number),
                    f"`{page.route}`",
                    md(operation.title),
                    f"`{page.call(operation).name}`",
                    after,
                    _obstacle(material, page, operation),
                ]
            )
        if rows:
            head = [f"{md(actor.label)}: step", "page", "act", "operation", "then", "when it is refused"]
            sections.append(f"### {md(actor.label)}\n\n" + table(head, rows))
    return sections


def _after(page: Page, operation: Operation) -> str:
    thing = md(page.entity.label)
    if operation.kind == "list":
        return f"picks one of {md(page.title)}"
    if operation.kind == "delete":
        return f"the {thing} is gone from the list"
    return f"sees the {thing}"


def _obstacle(material: Material, page: Page, operation: Operation) -> str:
    """Say what can stop the step, and where it leads."""
    if operation.kind in ("list", "read") or operation.reads:
        return f"empty: “{md(page.title)}” says how the first one comes"
    kinds = {
        "create": ("unique", "exclusive", "once", "condition"),
        "update": ("immutable", "append_only", "condition"),
        "delete": ("append_only", "immutable", "condition"),
        "action": ("condition", "once", "ownership", "exclusive"),
    }[operation.kind]
    rules = [rule for kind in kinds for rule in material.rules_of(page.entity, kind)]
    shared = [rule for rule in rules if set(rule.requirements) & set(operation.requirements)] or rules
    if shared:
        return f"“{md(shared[0].text, most=110)}” ({shared[0].key}); what was typed stays"
    limits = material.bounds_of(page.entity)
    if limits:
        return f"“{md(limits[0].text, most=110)}” ({limits[0].key}); what was typed stays"
    return f"the reason stands over the {md(page.entity.label)}, nothing is lost"


def lives_md(material: Material, found: list[Page]) -> list[str]:
    """Return a drawing of states for each entity that has some, with who takes each step."""
    drawings = []
    for page in found:
        if len(page.states) < 2:
            continue
        lines = [f"### The life of a {md(page.entity.label)}", "", "```mermaid", "stateDiagram-v2"]
        names = {state: f"s{number}" for number, state in enumerate(page.states)}
        for state, name in names.items():
            lines.append(f'  state "{mermaid(state.replace("_", " "))}" as {name}')
        lines.append(f"  [*] --> {names[page.states[0]]}")
        for state, name in names.items():
            for operation, target in acts_from(material, page, state):
                if target in names:
                    lines.append(f"  {name} --> {names[target]} : {mermaid(operation.title)}")
        drawings.append("\n".join([*dict.fromkeys(lines), "```"]))
    return drawings


def flows_html(material: Material, found: list[Page]) -> str:
    """Return the ways of all actors as a list with links to the screens."""
    anchors = {page.key: number for number, page in enumerate(found, start=1)}
    ways = []
    for actor in material.domain.actors[:12]:
        steps = [
            f'<li><a href="#screen-{anchors[page.key]}">{label_of(page.title, most=60)}</a>: '
            f"{markup(op.title, most=100)}</li>"
            for page, op in steps_of(material, actor, found)
        ]
        if steps:
            ways.append(f"<h3>{label_of(actor.label, most=80)}</h3>\n<ol>" + "\n".join(steps) + "</ol>")
    if not ways:
        ways = [f"<p>{markup(listing([page.title for page in found]), most=300)}</p>"]
    return "\n".join(ways)
