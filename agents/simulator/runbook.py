"""The runbook: how it is started, changed, taken back, saved, watched, and mended, in the words of this brief."""

from collections.abc import Sequence

from agents.assignment import HumanDecision
from agents.deliverable import Decision
from agents.simulator.binding import binding
from agents.simulator.bounds import bounds
from agents.simulator.components import Component
from agents.simulator.compose import database_image
from agents.simulator.incidents import incidents
from agents.simulator.jobs import Job, hours, jobs
from agents.simulator.material import Material
from agents.simulator.monitoring import watches
from agents.simulator.pages import names, pages
from agents.simulator.parts import channels, database, image_name, secrets, sending_service, with_files
from agents.simulator.personal_data import kept
from agents.simulator.privileges import role_of
from agents.simulator.stores import Store, stores
from agents.simulator.text import listing, md, table

_LOAD = {
    "postgres": "psql -v ON_ERROR_STOP=1 -f db/schema.sql",
    "mysql": "mysql --show-warnings < db/schema.sql",
    "mariadb": "mariadb --show-warnings < db/schema.sql",
}
_DUMP = {
    "postgres": "base backup and continuous write-ahead log (`pg_basebackup`, `archive_command`)",
    "mysql": "full copy by `mysqldump --single-transaction` and continuous binary log",
    "mariadb": "full copy by `mariadb-backup` and continuous binary log",
}


def runbook(material: Material, running: Sequence[Component], decisions: list[Decision]) -> str:
    """Return the runbook as Markdown."""
    title = md(material.title, most=160)
    sections = [
        f"# {title}: runbook",
        *binding(material, lambda decision: _effect(material, decision, running)),
        f"## Parts of {title}\n\n"
        + table(["part", "service", "duty", "when it is away"], [_part(material, part) for part in running]),
        _start(material, running),
        _change(material),
        _backup(material),
        _secrets(material, running),
        f"## Jobs of {title}\n\n"
        + table(["job", "when", "what", "because", "late after"], [_job(job) for job in jobs(material)]),
        f"## What is watched in {title}\n\n"
        + table(
            ["figure", "the brief says", "measured", "warning", "alarm", "then"],
            [[w.key, w.said, w.measured, w.warning, w.alarm, w.incident] for w in watches(material)],
        ),
        f"## When {title} breaks\n\n"
        + "\n\n".join(incidents(material, running, [watch.incident for watch in watches(material)])),
        _by_operation(material),
        "## Decisions\n\n" + "\n".join(f"- {decision.key}: {md(decision.text)}" for decision in decisions),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _effect(material: Material, decision: HumanDecision, running: Sequence[Component]) -> str:
    gone = [
        directive.subject
        for directive in material.steering.of(f"H-{decision.number}")
        if directive.kind == "refuse" and directive.category == "channel"
    ]
    if gone:
        left = channels(material)
        ways = listing(left, none="no channel")
        return f"No service, secret or alarm for {md(listing(gone))} is set up; messages go by {ways}."
    if material.steering.database.cite == f"H-{decision.number}":
        return f"The service `database` is {database_image(material)}; backup, restore and checks are those of it."
    words = {word.strip(".,;:!?“”\"'()").lower() for word in decision.text.split()}
    touched = [entity.table for entity in material.entities if names(words, entity)]
    return (
        f"Binds the care of {listing([f'`{name}`' for name in touched])}."
        if touched
        else f"Binds the running of {md(material.title)}."
    )


def _part(material: Material, part: Component) -> list[str]:
    service = {"pages": "web", "interface": "web", "exchange": "worker", "guard": "worker"}.get(part.key, part.key)
    if part.key == "mail":
        service = sending_service(material)
    return [md(part.name), f"`{service}`", md(part.duty), _away(material, part)]


def _away(material: Material, part: Component) -> str:
    things = md(
        listing([entity.label_plural for entity in material.concerned(list(part.because))], most=3, none=material.title)
    )
    return {
        "database": f"nothing about {things} works; pages say since when",
        "interface": f"{things} can be neither read nor changed; forms keep what was typed",
        "pages": f"people see no {things}; callers of the interface do",
        "worker": f"dated work on {things} waits and is made up for",
        "mail": f"messages about {things} wait; nobody is told twice",
        "files": f"{things} are listed without their files",
        "exchange": f"files about {things} wait for the other side",
        "feed": f"clients learn of {things} by asking",
        "intake": f"devices keep what they measured of {things} and send it later",
        "guard": f"nothing about {things} leaves",
    }.get(part.key, f"{things} wait")


def _start(material: Material, running: Sequence[Component]) -> str:
    title, name = md(material.title, most=160), image_name(material)
    needed = listing([f"`{secret.name}`" for secret in secrets(material, running)], most=12)
    lists = [page.call(op) for page in pages(material) for op in page.operations if op.kind == "list"]
    asked = listing([f"`{call.text}`" for call in lists], most=3, none="`GET /health`")
    return "\n".join(
        [
            f"## Start and stop {title}",
            "",
            f"1. Put {needed} into `ops/secrets/`, readable by the services alone.",
            f"2. `docker compose -f ops/compose.yaml up -d --wait` waits until each part of {name} is healthy.",
            f"3. The first time: give the role `{role_of(material)}` its `app_password` and the rights that "
            "db/queries.md lists; it owns no table.",
            f"4. Ask {asked} with a test account: 200, and 401 without one.",
            f"5. `docker compose -f ops/compose.yaml down` ends {name}; volumes stay, nothing is lost.",
        ]
    )


def _change(material: Material) -> str:
    title, name = md(material.title, most=160), image_name(material)
    first = next((job.name for job in jobs(material)), "backup")
    busy = next((bound for bound in bounds(material, "load")), None)
    quiet = f" while it is quiet (“{md(busy.limit.text, most=140)}”, {busy.key})" if busy is not None else ""
    main = material.main
    smoke = [
        page.call(op).name
        for page in pages(material)
        for op in page.operations
        if op.source and main is not None and page.key == main.name
    ]
    return "\n".join(
        [
            f"## Deploy {title}, and take it back",
            "",
            f"1. `ops/ci.yml` is green for the commit; tag the image `{name}:<commit>`.",
            f"2. Let `{first}` finish, then stop `backup` (it runs the jobs){quiet}.",
            f"3. Apply the schema: `{_LOAD[database(material)]}` for a new one, the migration of the release else. "
            f"Columns of {listing([f'`{entity.table}`' for entity in material.entities], most=3)} are added first and "
            "dropped one release later, so that both images run on both schemas.",
            f"4. Set the tag, `docker compose -f ops/compose.yaml up -d web`, then try "
            f"{listing([f'`{call}`' for call in smoke], most=4, none='one call of each page')} with a test account.",
            f"5. Back: set the former tag of `{name}` and run step 4 again. The schema stays; only when rows of "
            f"`{main.table if main else 'the database'}` were damaged, restore as below.",
        ]
    )


def _backup(material: Material) -> str:
    title = md(material.title, most=160)
    order = _restore_order(material)
    rows = [
        [
            f"`{store.name}`",
            md(store.entity.label_plural)
            if store.entity is not None
            else f"written along with {order[0] if order else 'it'}",
            _DUMP[database(material)] if place == 0 else "as above",
            f"kept 35 days; the rows: {kept(material, store)}",
            f"{place + 1}. count, and the newest row",
        ]
        for place, store in enumerate(_ordered(material.once(stores), order))
    ]
    files = material.raised("files")
    if files:
        things = listing([entity.label_plural for entity in with_files(material)], most=3, none="records")
        rows.append(
            [
                f"`{image_name(material)}-files`",
                f"files of {md(things)}",
                "copied after each write, versions kept",
                "35 days",
                f"{len(rows) + 1}. hash of ten",
            ]
        )
    return "\n".join(
        [
            f"## Backup and restore of {title}",
            "",
            f"At most 5 minutes of work on {title} are lost, and it is back within an hour. The brief names no figure: "
            "to be confirmed.",
            "",
            table(["store", "holds", "backup", "how long", "after a restore"], rows),
            "",
            *_restore(material, title, order),
        ]
    )


def _restore(material: Material, title: str, order: list[str]) -> list[str]:
    again = [job.name for job in jobs(material) if job.name.endswith("-past-its-time")]
    people = md(material.many(material.domain.actors[0].label)) if material.domain.actors else "people"
    thing = md(material.main.label) if material.main is not None else "record"
    after = (
        f"4. Run {listing([f'`{name}`' for name in again], most=6)} at once: a restore brings back what had to be gone."
        if again
        else f"4. Ask {people} to look at the newest {thing}."
    )
    return [
        f"1. Stop `web` and what else writes; people see the page of {title} that says so.",
        "2. Restore the last full copy into an empty `database`, then its log up to the minute before the damage "
        f"(`{_LOAD[database(material)].split()[0]}` asks it).",
        f"3. Check in this order: {listing([f'`{name}`' for name in order], most=12)}.",
        after,
        f"5. Rehearse this on the first Monday of each quarter and write down how long {title} took.",
    ]


def _restore_order(material: Material) -> list[str]:
    """Return the tables so that what others refer to comes first; circles keep their order."""
    tables = [entity.table for entity in material.entities]
    needs = {
        entity.table: {reference.target.table for reference in material.references[entity.name]} - {entity.table}
        for entity in material.entities
    }
    order: list[str] = []
    while len(order) < len(tables):
        ready = [name for name in tables if name not in order and needs[name] <= set(order)]
        order += ready or [next(name for name in tables if name not in order)]
    return order


def _ordered(found: list[Store], order: list[str]) -> list[Store]:
    place = {name: number for number, name in enumerate(order)}
    return sorted(
        found, key=lambda store: place.get(store.entity.table, len(order)) if store.entity is not None else len(order)
    )


def _secrets(material: Material, running: Sequence[Component]) -> str:
    rows = [
        [
            f"`{secret.name}`",
            md(secret.purpose),
            ", ".join(f"`{reader}`" for reader in secret.readers),
            md(secret.renewal),
        ]
        for secret in secrets(material, running)
    ]
    return f"## Secrets of {md(material.title, most=160)}\n\n" + table(
        ["secret", "what it does", "read by", "how it is renewed"], rows
    )


def _job(job: Job) -> list[str]:
    return [f"`{job.name}`", f"{job.when} (`{job.cron}`)", job.what, job.because, hours(job.due_hours)]


def _by_operation(material: Material) -> str:
    """One line for each operation that people would miss: what they see, and where to look first."""
    rows = []
    for page in pages(material):
        for operation, call in zip(page.operations, page.calls, strict=True):
            who = md(material.actors_of(operation))
            if operation.kind in ("list", "read"):
                look = f"slow reads of `{page.entity.table}`, then its index"
            elif not operation.actors and material.domain.actors:
                look = f"queue of `worker`, last error on `{page.entity.table}`"
            else:
                look = f"statuses of `{call.text}`, locks on `{page.entity.table}`"
            rows.append([f"`{operation.key}`", f"{who}: “{md(operation.title)}” fails", look])
    return f"## Operations of {md(material.title, most=160)}, and where to look first\n\n" + table(
        ["operation", "what people say", "look at"], rows
    )
