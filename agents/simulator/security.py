"""The security specialist's deliverable: threats by operation and by store, who may do what, and a list to tick."""

from agents.assignment import HumanDecision
from agents.deliverable import Artifact, Decision, Deliverable
from agents.simulator.abuse import Abuse, abuse_cases
from agents.simulator.binding import binding
from agents.simulator.bounds import bounds_of
from agents.simulator.choices import decide
from agents.simulator.enforcement import enforcements_of
from agents.simulator.material import Material
from agents.simulator.mitigations import Mitigations
from agents.simulator.pages import names, pages
from agents.simulator.parts import amount, channels, parts, secrets
from agents.simulator.permissions import NO, matrix, ownership_lines, permission
from agents.simulator.personal_data import personal_rows
from agents.simulator.security_choices import CHOICES
from agents.simulator.stores import stores
from agents.simulator.text import counted, listing, md, table
from agents.simulator.threats import HEAD, STORE_HEAD, store_threat, threat


def write(material: Material) -> Deliverable:
    decisions = decide(material, CHOICES, prefix="SEC", cover=True)
    keys = [decision.key for decision in decisions]
    found = Mitigations(material)
    cases = abuse_cases(material, found)
    return Deliverable(
        summary=(
            f"Threats for {counted(len(material.operations), 'operation')} and {counted(len(found.stores), 'store')}, "
            f"{counted(len(found.all), 'mitigation')} with the place where each is built, "
            f"{counted(len(cases), 'abuse case')} of this brief, the authorization matrix and a checklist."
        ),
        decisions=decisions,
        artifacts=[
            Artifact(
                path="security/threat-model.md",
                media_type="text/markdown",
                content=_model(material, found, cases, decisions),
                implements=keys,
            ),
            Artifact(
                path="security/checklist.md",
                media_type="text/markdown",
                content=_checklist(material, found, cases),
                implements=keys,
            ),
        ],
        handoff="The matrix is the contract: an operation without a line is refused. M-n says where each is built.",
    )


def _model(material: Material, found: Mitigations, cases: list[Abuse], decisions: list[Decision]) -> str:
    title = md(material.title, most=160)
    people = md(listing([material.many(actor.label) for actor in material.domain.actors], none="everyone"))
    parts_ = [
        f"# {title}: threat model",
        f"STRIDE over {counted(len(material.operations), 'operation')} and {counted(len(found.stores), 'store')} of "
        f"{title}, for {people}. Risk is likelihood times harm, 1 to 9. M-n is a mitigation below.",
        *binding(material, lambda decision: _effect(material, decision)),
    ]
    for page in pages(material):
        rows = [threat(material, page.entity, operation, found) for operation in page.operations]
        head = [f"{md(page.entity.label)}: {HEAD[0]}", *HEAD[1:]]
        parts_.append(f"## {md(page.title)}\n\n" + table(head, rows))
    parts_.append(
        f"## Stores of {title}\n\n"
        + table(STORE_HEAD, [store_threat(material, store, found) for store in found.stores])
    )
    parts_.append(
        f"## What stands against them in {title}\n\n"
        + table(
            ["mitigation", "STRIDE", "what", "where it is built"],
            [[m.key, m.letters, m.text, m.built] for m in found.all],
        )
    )
    if cases:
        rows = [
            [f"A-{number}", case.text, case.source, case.stopped_by, case.test] for number, case in enumerate(cases, 1)
        ]
        parts_.append(
            f"## Abuse cases of {title}\n\n"
            + table(["case", "what is tried", "from", "stopped by", "tried out by"], rows)
        )
    parts_.append(f"## Authorization matrix of {title}\n\n" + matrix(material))
    owned = ownership_lines(material)
    if owned:
        parts_.append(f"### Whose {md(material.main.label_plural) if material.main else 'rows'}\n\n" + "\n".join(owned))
    personal = personal_rows(material)
    if personal:
        parts_.append(
            f"## Personal data in {title}\n\n"
            + table(["store", "facts about people", "who reads them", "kept", "how they go"], personal)
        )
    parts_.append("## Decisions\n\n" + "\n".join(f"- {decision.key}: {md(decision.text)}" for decision in decisions))
    return "\n\n".join(parts_) + "\n"


def _effect(material: Material, decision: HumanDecision) -> str:
    words = {word.strip(".,;:!?“”\"'()").lower() for word in decision.text.split()}
    touched = [entity.label_plural for entity in material.entities if names(words, entity)]
    return f"Binds the threats to {md(listing(touched))}." if touched else f"Binds the whole of {md(material.title)}."


def _checklist(material: Material, found: Mitigations, cases: list[Abuse]) -> str:
    title = md(material.title, most=160)
    parts_ = [f"# {title}: security checklist", f"A line is ticked by running or reading what it names in {title}."]
    parts_ += binding(material, lambda decision: _effect(material, decision))
    lines = [_refusals(material, actor.key) for actor in material.domain.actors]
    refused = [line for line in lines if line]
    parts_.append(
        "## Who must be refused\n\n"
        + "\n".join(
            [
                f"- [ ] nobody signed in: all {counted(len(material.operations), 'call')} of {title} answer 401.",
                *refused,
            ]
        )
    )
    rules = [
        f"- [ ] {made.rule.key}, `{made.entity.table}`: {found.key(f'rule {made.rule.key} {made.way}')} holds "
        f"“{md(made.rule.text, most=160)}”."
        for made in material.once(enforcements_of)
    ]
    if rules:
        parts_.append("## Rules\n\n" + "\n".join(dict.fromkeys(rules)))
    numbers = [
        f"- [ ] {bound.key}: “{md(bound.limit.text)}” is tried just below, at and above {md(amount(bound.limit))}."
        for bound in material.once(bounds_of)
        if bound.purpose not in ("load", "stock", "price")
    ]
    if numbers:
        parts_.append("## Numbers\n\n" + "\n".join(numbers))
    if cases:
        parts_.append("## Abuse\n\n" + "\n".join(f"- [ ] A-{n}: {case.test}." for n, case in enumerate(cases, 1)))
    stored = [
        f"- [ ] `{store.name}`: a restored copy has been read, and its dump is encrypted."
        for store in material.once(stores)
    ]
    known = [
        f"- [ ] `{secret.name}` is a file that only {listing(list(secret.readers))} can read; it {md(secret.purpose)}."
        for secret in secrets(material, parts(material))
    ]
    parts_.append("## Stores and secrets\n\n" + "\n".join([*stored, *known]))
    sent = channels(material) if any(part.key == "mail" for part in parts(material)) else []
    bound = [r for r in material.requirements if r.kind != "functional"]
    told = [f"- [ ] {r.key}: {md(r.text, most=300)}" for r in bound]
    told += [f"- [ ] messages by {channel} about {title} hold no more than their receiver may see." for channel in sent]
    if told:
        parts_.append(f"## Constraints of {title}\n\n" + "\n".join(told))
    return "\n\n".join(parts_) + "\n"


def _refusals(material: Material, actor_key: str) -> str:
    """Return what an actor must not be able to call, on one line."""
    actor = next(found for found in material.domain.actors if found.key == actor_key)
    refused = [
        call.name
        for page in pages(material)
        for operation, call in zip(page.operations, page.calls, strict=True)
        if permission(material, page.entity, operation, actor) == NO
    ]
    if not refused:
        return ""
    shown = listing([f"`{name}`" for name in refused], most=30)
    return f"- [ ] {md(actor.label)}: 403 or 404 on {shown}."
