"""Incidents that this brief makes likely: what people see, what to look at, what to do, and when it is over."""

from collections.abc import Sequence

from agents.simulator.bounds import Bound, bounds
from agents.simulator.components import Component
from agents.simulator.enforcement import enforcements_of
from agents.simulator.jobs import jobs, sends, time_zone
from agents.simulator.material import Material
from agents.simulator.parts import amount, channels, measures, with_files
from agents.simulator.steered.words import canonical
from agents.simulator.text import listing, md

MOST_INCIDENTS = 14
_INSIDE = ("database", "cache", "key", "language", "framework")  # what we run or write ourselves


def incidents(material: Material, running: Sequence[Component], led_to: Sequence[str]) -> list[str]:
    """Return a section for each incident: of rules, numbers, the outside, jobs, and what themes of the brief bring.

    `led_to` are the incidents that alarms lead to: each of them gets a section in any case.
    """
    found: list[tuple[str, str, str, str, str]] = []
    main = md(material.main.label_plural) if material.main is not None else "records"
    table = material.main.table if material.main is not None else "the tables"
    for made in material.once(enforcements_of):
        if made.way in ("exclude", "unique", "guard", "apart") and made.name:
            thing = md(made.entity.label_plural)
            found.append(
                (
                    f"A rule is broken: two {thing} where {made.rule.key} allows one",
                    f"somebody shows a second of {thing}, against “{md(made.rule.text, most=140)}”",
                    f"`{made.name}` is there and valid: list the constraints of `{made.entity.table}`",
                    "put the constraint back, decide with the people concerned which row stays, write down why",
                    f"a repeated request for {thing} answers 409",
                )
            )
            break
    for bound in bounds(material, "latency")[:2]:
        found.append(_slow(material, bound))
    for bound in bounds(material, "load")[:1]:
        held = md(bound.entity.label_plural) if bound.entity is not None else main
        found.append(
            (
                f"Too much at once: more {held} than {amount(bound.limit)}",
                f"“{md(bound.limit.text, most=140)}” is passed; pages of {held} wait",
                f"rows into `{bound.entity.table if bound.entity else table}` in the last period, waiting connections",
                f"raise the workers of `web`, let exports and deletions wait, tell who sends {held} in bulk",
                f"the 99th percentile is back and no {held} wait",
            )
        )
    reached = outside(material)[:4]
    for name in reached:
        concerned = material.raised("exchange", "notification", "network", "existing", "availability")
        things = md(listing([entity.label_plural for entity in material.concerned(concerned)], most=3, none=main))
        found.append(
            (
                f"The other side is away: {md(name)}",
                f"{things} go on, what {md(name)} should do waits",
                f"the last answer of {md(name)}, the age of the oldest waiting row",
                f"do not press again: what waits is sent by itself, in order; tell people that {md(name)} is late",
                f"nothing older than the last plan of retries waits for {md(name)}",
            )
        )
    told = sends(material)
    if told and any(part.key == "mail" for part in running):
        found.append(
            (
                f"Messages do not go out: {md(listing(told, most=3))}",
                f"people are not told of {md(listing(told, most=3))} by {listing(channels(material))}",
                "rows that are due and not sent, the last answer of the gateway",
                f"stop sending, mend the cause, let it make up; messages about {main} past their use are closed",
                "no row is due and unsent for ten minutes",
            )
        )
    for job in jobs(material)[:3]:
        if job.name != "backup":
            found.append(
                (
                    f"A job did not run: {job.name}",
                    job.what,
                    f"last success of `{job.name}`, its output in `backup`",
                    f"`docker compose -f ops/compose.yaml exec backup run-job {job.name}`; it is safe to run twice",
                    f"`{job.name}` has succeeded and its figure is below the warning",
                )
            )
    found += _of_themes(material, main, table)
    told = [title.lower() for title, *_ in found[:MOST_INCIDENTS]]
    missing = [name for name in dict.fromkeys(led_to) if not any(title.startswith(name) for title in told)]
    found = [*found[:MOST_INCIDENTS], *(_general(material, name, main, table) for name in missing)]
    lines = []
    for title, seen, look, act, over in found:
        lines.append(f"### {title}\n\n- Seen: {seen}.\n- Look at: {look}.\n- Do: {act}.\n- Over when: {over}.")
    return lines


def _general(material: Material, name: str, main: str, table: str) -> tuple[str, str, str, str, str]:
    """What to do at an alarm that no rule or number of the brief has told more about."""
    who = md(listing([material.many(actor.label) for actor in material.domain.actors], most=3, none="people"))
    title = md(material.title, most=80)
    seen, look, act, over = {
        "a rule is broken": (
            f"a figure of {title} stands beyond what the brief allows",
            f"rows of `{table}` beyond the bound, and the operation that wrote them",
            f"close the way in first; then decide with {who} what becomes of those {main}",
            f"no row is beyond it, and a test at the bound of {main} is refused",
        ),
        "somebody meets a bound": (
            f"{who} are told to wait, or that something is too large",
            "whether it is one caller or many, a person or a program",
            f"explain it to one, slow a program down; a bound on {main} is raised only with the brief",
            "fewer than 2 percent of calls are refused for an hour",
        ),
        "too much at once": (
            f"{main} grow faster than {title} was planned for",
            f"rows of `{table}` by week, free space, slowest statements",
            f"order space, look at the indexes of `{table}`, and plan anew before the alarm's figure",
            "the forecast reaches beyond the next quarter",
        ),
        "the other side is away": (
            f"what {title} should hand over waits",
            "the last answer of the other side, the age of the oldest waiting row",
            f"let it wait: it goes out by itself and in order; tell {who}",
            f"nothing about {main} waits longer than the plan of retries",
        ),
        "it is slow": (
            f"{who} wait for {main}",
            f"slow statements on `{table}`, connections, calls to the outside",
            f"end the statement that holds `{table}`, put the index back",
            "99 of 100 answers are within the figure for an hour",
        ),
        "a job did not run": (
            f"dated work of {title} is missing",
            "last success of each job, output of `backup`",
            "run it by hand; each is safe to run twice",
            "its figure is below the warning",
        ),
    }.get(
        name,
        (
            f"{who} cannot do their work with {main}",
            f"the table of operations below, the last release of {title}",
            "take the last release back when it began with it; else follow the line of the operation",
            f"fewer than 1 in 200 calls on {main} fail for an hour",
        ),
    )
    return name[:1].upper() + name[1:] + f": {title}", seen, look, act, over


def outside(material: Material) -> list[str]:
    """Return the systems of others that are reached, each once; our own records, formats and database are none."""
    own = {word.lower() for entity in material.entities for word in (entity.label, entity.label_plural)}
    own |= {"csv", "pdf", "ics", "ical", "rss", "xml", "json"}
    found = [name for name in material.domain.integrations if material.steering.refuses(name) is None]
    return [name for name in found if name.lower() not in own and (canonical(name) or ("", ""))[1] not in _INSIDE]


def _slow(material: Material, bound: Bound) -> tuple[str, str, str, str, str]:
    entity = bound.entity or material.main
    things = md(entity.label_plural) if entity is not None else "pages"
    table = entity.table if entity is not None else "the tables"
    return (
        f"It is slow: {things} take longer than {amount(bound.limit)}",
        f"“{md(bound.limit.text, most=140)}” does not hold ({bound.key})",
        f"slow statements on `{table}`, missing index, connections, then calls to the outside",
        f"end the statement that holds `{table}`, put the index back, take the call to the outside out of the request",
        f"99 of 100 are within {amount(bound.limit)} for an hour",
    )


def _of_themes(material: Material, main: str, table: str) -> list[tuple[str, str, str, str, str]]:
    found = []
    raised = material.raised

    def things(keys: list[str]) -> str:
        return md(listing([entity.label_plural for entity in material.concerned(keys)], most=3, none=main))

    if keys := raised("availability"):
        found.append(
            (
                f"The connection is gone: {things(keys)}",
                f"“{md(material.said(keys[0]), most=160)}” ({keys[0]})",
                "whether one place or all are cut off; how much waits on devices",
                f"let people go on, restore nothing; when it is back, read the conflicts on {things(keys)}",
                f"nothing about {things(keys)} waits, every conflict has a name beside it",
            )
        )
    if keys := raised("calendar"):
        zone = time_zone(material)
        found.append(
            (
                f"Times are off by an hour: {things(keys)}",
                f"{things(keys)} begin an hour early or late when the clock changes{f' in {zone}' if zone else ''}",
                f"`TZ` of each service, tzdata of the image, rows of `{table}` written that day",
                f"stop `backup` (its jobs), correct only {things(keys)} that people confirm, tell those concerned",
                f"a {things(keys)} list of the next change of the clock reads right",
            )
        )
    if keys := raised("privacy", "credentials"):
        found.append(
            (
                f"Somebody saw {things(keys)} who may not",
                f"a person or a log shows an access to {things(keys)} without right ({', '.join(keys[:3])})",
                f"record of acts and access log of {things(keys)}, from the first sign on",
                "end the sessions, renew what could be known, keep the evidence, name who gives notice within 72 hours",
                f"the way in is closed and tried again; whose {things(keys)} it was is known",
            )
        )
    if raised("files"):
        held = md(listing([entity.label_plural for entity in with_files(material)], most=3, none=main))
        found.append(
            (
                f"No room for files of {held}",
                f"people cannot hand in files for {held}",
                "free space of the volume, growth in the last week, the largest ten",
                "add space, never delete by hand; find who or what sends so much",
                f"70 percent or less of the space for {held} is used",
            )
        )
    if keys := measures(material):
        found.append(
            (
                f"Devices are silent: {things(keys)}",
                f"no {things(keys)} from some or from all devices",
                "last contact by device; network or certificate when many stopped together",
                f"mend `intake` first; devices send kept {things(keys)} by themselves, do not ask them all at once",
                f"each device has sent {things(keys)} within its own period",
            )
        )
    return found
