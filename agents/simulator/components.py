"""Which parts the system consists of, by what the brief asks for. Architect and IT admin both read this."""

from dataclasses import dataclass

from agents.simulator.material import Material


@dataclass(frozen=True)
class Component:
    key: str
    name: str
    duty: str
    talks_to: tuple[str, ...]
    because: tuple[str, ...]  # requirements that call for it


def components(material: Material) -> list[Component]:
    """Return the components in the order they are drawn; pages, interface and database are always there."""
    stores = ", ".join(entity.label_plural for entity in material.entities[:8]) or "records"
    ordinary = [requirement.key for requirement in material.requirements if requirement.kind == "functional"][:6]
    found = [
        Component("pages", "Pages", f"What {_people(material)} see and press", ("interface",), tuple(ordinary[:3])),
        Component(
            "interface", "Interface", f"The HTTP interface: every operation on {stores}", ("database",), tuple(ordinary)
        ),
        Component("database", "Database", f"PostgreSQL: keeps {stores}", (), tuple(ordinary[:3])),
    ]

    def add(key: str, name: str, duty: str, talks_to: tuple[str, ...], *themes: str) -> None:
        raised = material.raised(*themes)
        if raised:
            found.append(Component(key, name, duty, talks_to, tuple(raised[:6])))

    add(
        "worker",
        "Worker",
        "Does what nobody waits for: due dates, retries, deletions, exports",
        ("database",),
        "notification",
        "schedule",
        "retry",
        "retention",
        "exchange",
    )
    add(
        "mail",
        "Message gateway",
        "Sends reminders and messages, and keeps what could not be sent",
        ("worker",),
        "notification",
    )
    add("files", "File store", "Keeps uploaded files outside the database, by content hash", ("interface",), "files")
    add(
        "exchange",
        "Exchange",
        f"Reads and writes files for {', '.join(material.domain.integrations[:3]) or 'other systems'}",
        ("worker",),
        "exchange",
    )
    add("feed", "Change feed", "Tells clients of changes without being asked", ("interface",), "realtime")
    add("intake", "Device intake", "Takes measurements in batches, checks and stores them", ("database",), "measure")
    add("guard", "Outgoing guard", "Resolves and checks every address before a request leaves", ("worker",), "network")
    return found


def _people(material: Material) -> str:
    people = [material.many(actor.label) for actor in material.domain.actors if actor.kind == "person"]
    return ", ".join(people[:5]) or "people"
