"""The security specialist's deliverable: threats by operation and by store, who may do what, and a list to tick."""

from agents.deliverable import Artifact, Decision, Deliverable, Entity, Operation
from agents.simulator.backend import address
from agents.simulator.choices import Choice, decide
from agents.simulator.material import Material
from agents.simulator.text import listing, md, table

CHOICES = (
    Choice(
        "matrix",
        (),
        "authorization",
        "Nothing is allowed that the matrix of {actors} and operations does not name",
        "Forgetting a line then locks somebody out, and is noticed; forgetting a check would let somebody in, "
        "and is not.",
        (
            ("Allow unless forbidden", "less to write", "a new operation is open until somebody thinks of it"),
            ("Rights by network", "no accounts inside", "one stolen laptop is everybody"),
        ),
        ("A test calls every operation as every actor and compares with the matrix.",),
        sure=82,
    ),
    Choice(
        "stride",
        (),
        "method",
        "Threats are worked out by STRIDE for each operation on {all}",
        "Going through the operations one by one leaves no door out because nobody thought of it.",
        (
            ("A list of the ten usual risks", "quick", "the same for every product; says nothing of {things}"),
            ("A penetration test alone", "finds what is really there", "comes when everything is built"),
        ),
        ("A new operation is a new line before it is released.",),
        sure=76,
    ),
    Choice(
        "owner",
        (),
        "authorization",
        "Rights are asked of the row, not of the address: whoever guesses the number of another's {thing} gets 404",
        "Numbers can be counted up; the query must carry the person.",
        (
            ("Numbers that cannot be guessed", "nothing to count up", "an address is copied and sent on"),
            ("A check after loading", "easy to read", "is forgotten in the one place that matters"),
        ),
        ("Every query of {things} begins from the person who asks.",),
        sure=80,
    ),
    Choice(
        "trace",
        ("audit", "approval", "separation"),
        "evidence",
        "Acts on {things} are recorded where the actor cannot change them",
        "Who denies an act is answered by a record they could not have written otherwise.",
        (
            ("Logs on the same host", "nothing to add", "whoever owns the host owns the logs"),
            ("Signed receipts to the actor", "proof for both sides", "keys for everyone, and a way to lose them"),
        ),
        ("The trail is read by a person at a fixed date.",),
        sure=76,
    ),
    Choice(
        "data",
        ("privacy", "retention"),
        "privacy",
        "Protected facts of {things} are minimised, kept as long as the brief says ({limit}) and then gone, "
        "backups included",
        "What is not there cannot leak.",
        (
            ("Pseudonyms", "statistics go on", "the table of names is the new treasure"),
            ("Keep and protect", "nothing is missed", "protection must hold for as long as the data does"),
        ),
        ("A request for export or deletion is answered by an operation, not by a person with a query.",),
        sure=74,
    ),
    Choice(
        "secrets",
        ("credentials",),
        "authentication",
        "Proofs for {things} are random, hashed, short-lived and bound to where they were asked for",
        "Each of the four takes one way of using a stolen one.",
        (
            ("Long-lived secrets with a strong hash", "fewer interruptions", "one theft lasts a year"),
            ("Trust the device for ever", "comfortable", "devices are sold, lent and lost"),
        ),
        (
            "Use, failure and withdrawal are recorded.",
            "Attempts are limited for the account and for the network: {limit}.",
        ),
        sure=80,
    ),
    Choice(
        "brake",
        ("rate_limit", "quota"),
        "abuse",
        "Bounds on {things} are kept by the server for the person and for the network: {limit}",
        "One bound alone is passed by many accounts or by many addresses.",
        (
            ("A puzzle for people", "stops simple programs", "stops people who cannot solve it; programs can"),
            ("Block by hand", "exact", "after the harm, at office hours"),
        ),
        ("Bounds that are met are counted and watched.",),
        sure=74,
    ),
    Choice(
        "outside",
        ("network", "exchange"),
        "network",
        "Everything that leaves or comes in for {things} passes one place that checks address, size and form",
        "Addresses, files and answers from outside are chosen by others.",
        (
            ("Checks where they are used", "close to the case", "each place checks a little differently"),
            ("A firewall alone", "no code", "sees addresses, not what they mean"),
        ),
        ("Redirects are not followed, sizes are bounded, time is bounded.",),
        sure=78,
    ),
    Choice(
        "upload",
        ("files",),
        "content",
        "Files for {things} are judged by their content, stored under their hash and served from an address of "
        "their own",
        "A picture that is a program must stay a picture.",
        (
            ("Trust the name", "nothing to do", "names are chosen by the sender"),
            ("A scanner for viruses alone", "known evil is found", "unknown evil is not"),
        ),
        ("Location and device are removed from pictures.",),
        sure=76,
    ),
    Choice(
        "race",
        ("same_time", "uniqueness", "money"),
        "consistency",
        "Rules on {things} that a race could break are kept by constraints, and a test races them",
        "An attacker presses faster than any person.",
        (
            ("Check in the application", "a friendly message", "two requests in the same moment both pass"),
            ("A queue in front", "one after the other", "the queue becomes the thing to attack"),
        ),
        ("Money moves only in the transaction that records it.",),
        sure=78,
    ),
    Choice(
        "fleet",
        ("measure",),
        "authentication",
        "Each device has a key of its own, which can be withdrawn without touching another",
        "Devices stand where anyone can open them.",
        (
            ("One key for all", "simple to roll out", "one opened device speaks for all"),
            ("The network's address", "nothing to store", "is no identity"),
        ),
        ("A withdrawn device's measurements are kept apart.",),
        sure=72,
    ),
)


def write(material: Material) -> Deliverable:
    decisions = decide(material, CHOICES, prefix="SEC", cover=True)
    keys = [decision.key for decision in decisions]
    return Deliverable(
        summary=(
            f"Threats for {len(material.operations)} operations and {len(material.entities)} stores, the "
            "authorization matrix and a checklist."
        ),
        decisions=decisions,
        artifacts=[
            Artifact(
                path="security/threat-model.md",
                media_type="text/markdown",
                content=_model(material, decisions),
                implements=keys,
            ),
            Artifact(
                path="security/checklist.md", media_type="text/markdown", content=_checklist(material), implements=keys
            ),
        ],
        handoff="The matrix is the contract: an operation without a line is refused.",
    )


def _model(material: Material, decisions: list[Decision]) -> str:
    protected = set(material.raised("privacy"))
    parts = [
        f"# {md(material.title, most=160)}: threat model",
        "STRIDE: spoofing, tampering, repudiation, information disclosure, denial of service, elevation of "
        "privilege. Likelihood and harm from 1 to 3.",
    ]
    for entity in material.entities:
        rows = [_threat(material, entity, operation, protected) for operation in material.operations_of(entity)]
        head = ["operation", "S", "T", "R", "I", "D", "E", "risk"]
        parts.append(f"## {md(entity.label_plural)}\n\n" + table(head, rows))
    parts.append(
        "## Stores\n\n"
        + table(
            ["store", "holds", "threat", "answer"],
            [_store(material, entity, protected) for entity in material.entities],
        )
    )
    cases = _abuse(material)
    parts.append(
        "## Abuse cases of this brief\n\n"
        + ("\n".join(cases) or "- None beyond the table: the brief names no bound, secret or protected fact.")
    )
    parts.append("## Authorization matrix\n\n" + _matrix(material))
    parts.append("## Decisions\n\n" + "\n".join(f"- {decision.key}: {md(decision.text)}" for decision in decisions))
    if material.human_decisions:
        parts.append(
            "## Bound by people\n\n" + "\n".join(f"- H-{h.number}: {md(h.text)}" for h in material.human_decisions)
        )
    return "\n\n".join(parts) + "\n"


def _threat(material: Material, entity: Entity, operation: Operation, protected: set[str]) -> list[str]:
    thing = md(entity.label)
    writes = operation.kind in ("create", "update", "delete") or (operation.kind == "action" and not operation.reads)
    sensitive = bool(protected & {*operation.requirements, *entity.requirements})
    who = md(material.actors_of(operation))
    limits = material.limits_of(entity=entity, kinds=("rate", "count")) if writes else []
    secret = {field.name for field in entity.fields} & {
        "password",
        "token",
        "secret",
        "signature",
        "email",
        "iban",
        "phone",
    }
    tampering = (
        {
            "create": f"fields that only the system sets are sent along with the {thing}: input schema drops them",
            "update": "a stale copy undoes another's change: state is named, 409",
            "delete": f"a {thing} others refer to vanishes: foreign key refuses",
            "action": f"called out of turn: guarded update asks the state of the {thing}",
        }.get(operation.kind, "none: changes nothing")
        if writes
        else "none: changes nothing"
    )
    risk = min(3, 1 + writes + bool(operation.kind == "delete")) * min(3, 1 + sensitive + bool(secret) + bool(limits))
    return [
        f"`{operation.key}`",
        f"someone poses as {who}: session or token"
        if operation.actors
        else "a caller poses as the system: no outside address",
        tampering,
        f"“it was not me”: {'journal with actor and time' if writes or sensitive else 'access log'}",
        (
            f"another's {thing} is read: query begins from the person"
            + (f"; {', '.join(sorted(secret))} left out" if secret else "")
        )
        if operation.kind != "create"
        else "answer holds only the caller's own",
        f"{md(limits[0].text, most=90)}: 429"
        if limits
        else ("pages of 100, indexed" if operation.kind == "list" else "body and time bounded"),
        f"only {who}" if operation.actors else "worker's role only",
        str(risk),
    ]


def _store(material: Material, entity: Entity, protected: set[str]) -> list[str]:
    sensitive = bool(protected & set(entity.requirements))
    kept = material.limits_of(entity=entity, kinds=("retention",))
    threat = "read by who has the disk or a dump" if sensitive else "changed past the interface"
    answer = (
        "encrypted disk and backups, own database role" if sensitive else "application role without DDL, constraints"
    )
    return [
        f"`{entity.table}`",
        md(", ".join(field.name for field in entity.fields) or "references"),
        threat,
        answer + (f"; {md(kept[0].text, most=90)}" if kept else ""),
    ]


_CASES = (
    (("same_time",), "Two requests for the same {thing} are fired at once to get it twice."),
    (("uniqueness", "expiry"), "A used or expired {thing} is presented again."),
    (
        ("separation", "approval"),
        "Somebody approves their own {thing} through a second account or a colleague's open session.",
    ),
    (("rate_limit", "quota"), "Many accounts or addresses are used to stay below each bound: {limit}."),
    (("credentials",), "A list of stolen passwords or links is tried against {actors}."),
    (("network",), "An address is registered that points to the inside once it has been accepted."),
    (("files",), "A file is uploaded that is a program, a bomb of compression or somebody else's picture."),
    (
        ("privacy",),
        "Somebody with rights to one {thing} walks through the numbers of all others, or reads out of curiosity.",
    ),
    (("money",), "An amount is negative, in another currency, or sent twice."),
    (("audit", "immutable"), "Somebody with a database password corrects the past."),
    (("notification",), "Messages are used to reach people who did not ask, or links in them lead elsewhere."),
    (("exchange",), "A cell of an exported file begins with = and is run by the spreadsheet."),
    (
        ("availability",),
        "While apart, the same {thing} is used in two places, each of which believes it is the only one.",
    ),
    (("measure",), "A device sends figures that nobody measured, or those of another."),
    (("order",), "The order is bent by many early entries or by sending the same one again."),
    (("search",), "The search tells by its speed or its count what the list hides."),
)


def _abuse(material: Material) -> list[str]:
    cases = []
    for themes, text in _CASES:
        keys = material.raised(*themes)
        if keys:
            concerned = material.concerned(keys)
            limits = material.limits_of(keys=keys)
            told = text.format(
                thing=md((concerned[0] if concerned else material.entities[0]).label),
                actors=md(listing([actor.label for actor in material.domain.actors], none="the accounts")),
                limit=md(limits[0].text) if limits else "see the brief",
            )
            cases.append(f"- {told} ({', '.join(keys[:6])})")
    return cases


def _matrix(material: Material) -> str:
    actors = material.domain.actors
    head = ["operation", "call", *(md(actor.label) for actor in actors), "system"]
    rows = []
    for entity in material.entities:
        for operation in material.operations_of(entity):
            method, path = address(entity, operation)
            marks = ["yes" if actor.key in operation.actors else "–" for actor in actors]
            rows.append(
                [f"`{operation.key}`", f"`{method.upper()} {path}`", *marks, "yes" if not operation.actors else "–"]
            )
    return table(head, rows)


def _checklist(material: Material) -> str:
    lines = [f"# {md(material.title, most=160)}: security checklist", ""]
    lines.append("Each line is ticked by running or reading what it names.")
    lines.append("\n## Every operation\n")
    for entity in material.entities:
        for operation in material.operations_of(entity):
            method, path = address(entity, operation)
            others = [md(actor.label) for actor in material.domain.actors if actor.key not in operation.actors]
            lines.append(
                f"- [ ] `{operation.key}`: `{method.upper()} {path}` answers 401 to "
                f"nobody{', 403 or 404 to ' + listing(others, most=4) if others else ''}."
            )
    lines.append("\n## Numbers\n")
    lines += [
        f"- [ ] {limit.key}: a test holds “{md(limit.text)}” just below, at and above."
        for limit in material.domain.limits
    ] or ["- [ ] The brief names no number."]
    lines.append("\n## Stores\n")
    lines += [f"- [ ] `{entity.table}` is in the backup, and a restore has been read." for entity in material.entities]
    lines.append("\n## Constraints of the brief\n")
    bound = [r for r in material.requirements if r.kind != "functional"]
    lines += [f"- [ ] {r.key}: {md(r.text, most=300)}" for r in bound] or ["- [ ] The brief names none."]
    return "\n".join(lines) + "\n"
