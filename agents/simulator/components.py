"""Which parts the system consists of, by what the brief and people ask for. Architect and IT admin both read this."""

from dataclasses import dataclass

from agents.simulator.bounds import bounds
from agents.simulator.material import Material
from agents.simulator.steered.words import canonical
from agents.simulator.text import listing

_CHANNELS = frozenset({"e-mail", "sms", "slack", "whatsapp", "telegram", "discord", "microsoft teams"})


_OWN_PARTS = frozenset({"database", "cache", "queue", "key", "language", "framework", "interface"})


@dataclass(frozen=True)
class Component:
    key: str
    name: str
    duty: str
    talks_to: tuple[str, ...]
    because: tuple[str, ...]  # requirements that call for it


def components(material: Material) -> list[Component]:
    """Return the components in the order they are drawn; pages, interface and database are always there."""
    stores = ", ".join(entity.label_plural or entity.label for entity in material.entities[:8]) or "records"
    ordinary = [requirement.key for requirement in material.requirements if requirement.kind == "functional"][:6]
    ordinary = ordinary or [requirement.key for requirement in material.requirements][:6]
    database = str(material.steering.database)
    beside = _beside(material)
    outer = tuple(part.key for part in beside if part.key in ("mail", "exchange", "guard", "queue"))
    needs_worker = bool(outer) or _works_in_time(material)
    inner = tuple(part.key for part in beside if part.key in ("files", "feed", "cache"))
    found = [
        Component("pages", "Pages", f"What {_people(material)} see and press", ("interface",), tuple(ordinary[:3])),
        Component(
            "interface",
            "Interface",
            f"The HTTP interface: {len(material.operations)} operations on {stores}",
            ("database", *inner),
            tuple(ordinary),
        ),
        Component("database", "Database", f"{database}: keeps {stores}", (), tuple(ordinary[:3])),
    ]
    if needs_worker:
        keys = _timely(material)
        events = [event.label or event.key for event in material.events if event.kind != "received"]
        duty = f"Does what nobody waits for: {listing(events, most=5, none='due dates, retries, deletions, exports')}"
        found.append(Component("worker", "Worker", duty, ("database", *outer), tuple(keys[:6])))
    return found + beside


def _beside(material: Material) -> list[Component]:
    found: list[Component] = []

    def add(key: str, name: str, duty: str, talks_to: tuple[str, ...], *themes: str) -> None:
        raised = material.raised(*themes)
        if raised:
            found.append(Component(key, name, duty, talks_to, tuple(raised[:6])))

    channels = _channels(material)
    if channels:
        told = [event.label or event.key for event in material.events if event.kind == "published"]
        about = listing(told, most=3, none="reminders and messages")
        add(
            "mail",
            "Message gateway",
            f"Sends {about} {channels}, and keeps what could not be sent",
            (),
            "notification",
        )
    files = [entity.label_plural for entity in material.concerned(material.raised("files"))][:3]
    add(
        "files",
        "File store",
        f"Keeps the files of {listing(files, none='uploads')} outside the database, by the hash of their content",
        (),
        "files",
    )
    add("exchange", "Exchange", f"Reads and writes files for {_outside(material)}", (), "exchange")
    add("feed", "Change feed", f"Tells {_people(material)} of changes without being asked", (), "realtime")
    add("intake", "Device intake", "Takes measurements in batches, checks and stores them", ("database",), "measure")
    add("guard", "Outgoing guard", "Resolves and checks every address before a request leaves", (), "network")
    for category, key, name in (("cache", "cache", "Cache"), ("queue", "queue", "Queue")):
        chosen = material.steering.chosen(category)
        if chosen is not None:
            found.append(Component(key, name, f"{chosen}, decided by {chosen.cite}", (), ()))
    return found


def _channels(material: Material) -> str:
    """How messages go out: as the brief says, without what people refused; empty when nothing of it is left."""
    named = [
        name for name in material.domain.integrations if name in ("e-mail", "sms", "slack", "whatsapp", "telegram")
    ]
    chosen = [directive.subject for directive in material.steering.directives if directive.category == "channel"]
    kept = [name for name in [*named, *chosen] if material.steering.refuses(name) is None]
    if not named and not chosen:
        return "to those who are to be told"
    return f"by {listing(kept)}" if kept else ""


def _works_in_time(material: Material) -> bool:
    return bool(_timely(material)) or bool(bounds(material, "age", "retry", "notice"))


def _timely(material: Material) -> list[str]:
    keys = material.raised("notification", "schedule", "retry", "retention", "exchange")
    keys += [key for event in material.events if event.kind != "received" for key in event.requirements]
    return [key for key in dict.fromkeys(keys) if key in material.requirement_keys]


def outside(material: Material) -> list[str]:
    """Return the systems, channels and formats that the design meets, without its own parts and what people refused."""
    named = material.domain.integrations
    found = []
    for name in named:
        known = canonical(name)
        own = known is not None and known[1] in _OWN_PARTS
        if not own and name[:-1] not in named and material.steering.refuses(name) is None:
            found.append(name)
    return list(dict.fromkeys(found))


def _outside(material: Material) -> str:
    return ", ".join(outside(material)[:3]) or "other systems"


def _people(material: Material) -> str:
    people = [material.many(actor.label) for actor in material.domain.actors if actor.kind == "person"]
    return ", ".join(people[:5]) or "people"
