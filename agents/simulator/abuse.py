"""Abuse cases: how the rules, bounds, money and personal data of a brief would be turned against it."""

from dataclasses import dataclass

from agents.deliverable import Entity, Operation
from agents.simulator.bounds import Bound, bounds
from agents.simulator.enforcement import Enforcement, enforcements_of, touches
from agents.simulator.material import Material
from agents.simulator.mitigations import Mitigations
from agents.simulator.parts import channels, measures, with_files
from agents.simulator.personal_data import personal_data
from agents.simulator.shape import attributes
from agents.simulator.text import listing, md

MOST_CASES = 24


@dataclass(frozen=True)
class Abuse:
    """One case: what somebody tries, where the brief gives the reason, what stops it, and how that is tried out."""

    text: str
    source: str
    stopped_by: str
    test: str


def abuse_cases(material: Material, found: Mitigations) -> list[Abuse]:
    """Return the cases in the order: rules, bounds, personal data, then what themes of the brief invite."""
    cases = [case for made in material.once(enforcements_of) if (case := _of_rule(material, made, found)) is not None]
    cases += [
        _of_bound(material, bound, found) for bound in bounds(material, "rate_limit", "quota", "most", "expiry", "size")
    ]
    cases += _of_texts(material, found)
    cases += _of_people(material, found)
    cases += _of_themes(material, found)
    return list({case.text: case for case in cases}.values())[:MOST_CASES]


def _of_rule(material: Material, made: Enforcement, found: Mitigations) -> Abuse | None:
    thing, table = md(made.entity.label), made.entity.table
    calls = [operation for operation in material.operations if touches(material, operation, made)]
    call = _name(material, calls[0], found) if calls else f"a write to {table}"
    columns = listing([f"`{column}`" for column in made.columns], most=3, none="the same facts")
    told: dict[str, tuple[str, str]] = {
        "unique": (
            f"The same {thing} is made twice with one {columns}.",
            f"two `{call}` with the same {columns}: one 201, one 409",
        ),
        "marked": (
            f"The same {thing} is handed in again, hoping that nobody compares {columns}.",
            f"second `{call}` with the same {columns}: marked",
        ),
        "exclude": (
            f"Two requests for one {columns} are fired in the same moment to get the {thing} twice.",
            f"ten `{call}` at once: one 201, nine 409",
        ),
        "guard": (
            f"A {thing} is pushed past a condition: “{md(made.rule.text, most=140)}”.",
            f"`{call}` while the condition does not hold: 409",
        ),
        "privilege": (
            f"Somebody who reached the database password corrects the past of a {thing}.",
            f"UPDATE and DELETE on `{table}` as the application's role: permission denied",
        ),
        "apart": (
            f"Somebody decides on their own {thing} through a second account or an open session.",
            f"`{call}` as the one who asked: 403, also by a changed body",
        ),
        "rows": (
            f"Somebody counts up the number of a {thing} to reach that of another.",
            f"`{call}` with the number of somebody else's {thing}: 404",
        ),
        "columns": (
            f"A field of a {thing} that is hidden on the page is read from the answer.",
            f"the answer to others than those named holds no {columns}",
        ),
        "journal": (
            f"Somebody acts on a {thing} and hopes that nobody can tell who it was.",
            f"`{call}`, then the record: actor, time and act stand there, and cannot be changed",
        ),
        "service": (
            f"A {thing} gets around a rule that no constraint can hold: “{md(made.rule.text, most=140)}”.",
            f"`{call}` against the rule: 409",
        ),
    }
    text, test = told.get(made.way, told["service"])
    requirements = ", ".join(made.rule.requirements[:3])
    source = f"{made.rule.key}{f', {requirements}' if requirements else ''}"
    return Abuse(text, source, found.key(f"rule {made.rule.key} {made.way}"), test)


def _of_bound(material: Material, bound: Bound, found: Mitigations) -> Abuse:
    entity = bound.entity or material.main
    thing = md(entity.label) if entity is not None else "call"
    writes = (
        [op for op in material.operations_of(entity) if op.kind in ("create", "action") and not op.reads]
        if entity
        else []
    )
    call = _name(material, writes[0], found) if writes else "the call"
    said = md(bound.limit.text, most=120)
    value = md(bound.limit.value)
    text, test = {
        "rate_limit": (
            f"“{said}” is passed by many accounts or from many networks.",
            f"`{call}` {value} times, then once more: 429",
        ),
        "quota": (
            f"“{said}” is passed by starting anew on another account.",
            f"`{call}` number {value} passes, the next answers 429",
        ),
        "most": (
            f"“{said}” is passed by two requests that both count before either writes.",
            f"two `{call}` at the last free place: one passes",
        ),
        "expiry": (
            f"A {thing} is kept back and presented when its time is over: “{said}”.",
            f"`{call}` one second after the end: refused",
        ),
        "size": (
            f"Something far larger than “{said}” is sent to fill memory or disk.",
            f"`{call}` with a body over {value} {md(bound.limit.unit)}: 413",
        ),
    }[bound.purpose]
    requirements = ", ".join(bound.limit.requirements[:3])
    return Abuse(
        text, f"{bound.key}{f', {requirements}' if requirements else ''}", found.key(f"bound {bound.key}"), test
    )


def _of_texts(material: Material, found: Mitigations) -> list[Abuse]:
    """What people write for others to read can be written to run in the page of who reads it."""
    cases = []
    for entity in material.entities:
        written = [attribute for attribute in attributes(material, entity) if attribute.type == "text"]
        makes = [op for op in material.operations_of(entity) if op.kind in ("create", "update") and op.actors]
        reads = [op for op in material.operations_of(entity) if op.kind in ("list", "read") and op.actors]
        if written and makes and reads:
            call, thing = _name(material, makes[0], found), md(entity.label)
            cases.append(
                Abuse(
                    f"The `{written[0].name}` of a {thing} holds markup that runs in the page of "
                    f"{md(material.actors_of(reads[0]))}.",
                    ", ".join(entity.requirements[:3]) or "free text",
                    found.key("page"),
                    f"`{call}` with a tag and a `javascript:` link: the {thing} shows both as text",
                )
            )
    return cases[:4]


def _of_people(material: Material, found: Mitigations) -> list[Abuse]:
    cases = []
    for entity in material.entities:
        columns = [fact.column for fact in personal_data(material) if fact.entity is entity]
        readers = [op for op in material.operations_of(entity) if op.kind in ("read", "list") and op.actors]
        if columns and readers:
            shown = listing([f"`{column}`" for column in columns], most=3)
            who = md(material.actors_of(readers[0]))
            cases.append(
                Abuse(
                    f"{who} with rights to one {md(entity.label)} read {shown} of others out of curiosity.",
                    ", ".join(entity.requirements[:3]) or "personal data",
                    ", ".join(key for key in (found.key("owner"), found.key("journal")) if key),
                    f"`{_name(material, readers[0], found)}` on the {md(entity.label)} of another: 404, recorded",
                )
            )
    return cases[:5]


_THEMES = (
    (
        ("credentials",),
        "hash",
        "A list of stolen passwords or links is tried against {actors}.",
        "fifty wrong tries from one network: slowed down, recorded, and nobody locked out for good",
    ),
    (
        ("network",),
        "egress",
        "An address is registered for {things} that points to the inside once it has been accepted.",
        "a name that first resolves outside, then to 127.0.0.1: no connection",
    ),
    (
        ("files",),
        "upload",
        "A file for {things} is a program, a bomb of compression or somebody else's picture.",
        "an HTML file named .pdf: refused by content",
    ),
    (
        ("money",),
        "input",
        "An amount on {things} is negative, in another currency, or sent twice.",
        "a negative amount: 400; the same key twice: one row",
    ),
    (
        ("notification",),
        "matrix",
        "Messages about {things} are used to reach people who did not ask, or link elsewhere.",
        "a link in free text arrives as text",
    ),
    (
        ("exchange",),
        "export",
        "A cell in an export of {things} begins with = and is run by the spreadsheet.",
        "a name that begins with =: exported with an apostrophe",
    ),
    (
        ("availability",),
        "repeat",
        "While the connection is gone, one of {things} is used in two places, each believing it is the only one.",
        "two devices offline on the same record: one wins by the server's order, the other is told",
    ),
    (
        ("measure",),
        "device",
        "A device sends figures for {things} that nobody measured, or those of another.",
        "a withdrawn key: 401; figures of another device: 403",
    ),
    (
        ("order",),
        "matrix",
        "The order of {things} is bent by many early entries or by sending the same one again.",
        "two entries at once: the server's number decides",
    ),
    (
        ("search",),
        "paged",
        "The search over {things} tells by its count what the list hides.",
        "a search for a hidden word: no count, no hit",
    ),
)


def _of_themes(material: Material, found: Mitigations) -> list[Abuse]:
    cases = []
    actors = md(listing([material.many(actor.label) for actor in material.domain.actors], none="the accounts"))
    for themes, guard, text, test in _THEMES:
        if themes == ("notification",) and not channels(material):
            continue  # people left every channel out
        keys = material.raised(*themes) if guard != "device" else measures(material)
        if keys:
            concerned = with_files(material) if guard == "upload" else material.concerned(keys)
            concerned = concerned or material.entities[:1]
            things = md(listing([entity.label_plural for entity in concerned], most=3, none="records"))
            stopped = found.key(guard) or found.key("matrix")
            cases.append(
                Abuse(
                    text.replace("{actors}", actors).replace("{things}", things),
                    ", ".join(keys[:4]),
                    stopped,
                    f"{things}: {test}",
                )
            )
    return cases


def _name(material: Material, operation: Operation, found: Mitigations) -> str:
    entity: Entity | None = material.entity(operation.entity)
    return found.interface.call(entity, operation).name if entity is not None else operation.key
