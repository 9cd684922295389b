"""The queries the schema is made for: one for each operation, with the index it reads and the rules it meets."""

from agents.deliverable import Decision, Entity
from agents.simulator.bounds import Bound, bounds, bounds_of, counted_parent, interval_of, plain
from agents.simulator.carried_over import carried_over
from agents.simulator.enforcement import enforcements_of, kept_for, touches
from agents.simulator.focus import people
from agents.simulator.indexes import index_for, order_of
from agents.simulator.material import Material
from agents.simulator.naming import quoted
from agents.simulator.privileges import privileges
from agents.simulator.references import column_of
from agents.simulator.routes import Route, routes_on
from agents.simulator.shape import (
    Attribute,
    attribute,
    attributes,
    is_separation,
    released,
    span_of,
    state_of,
    transition_of,
)
from agents.simulator.supporting import journal_of, support, support_of
from agents.simulator.text import listing, md, sql_comment, sql_text, table

MOVES = frozenset(
    "move reschedule postpone shift verschieben verlegen déplacer reporter mover aplazar przenieść przesunąć".split()
)
SQLSTATES = {"unique": "23505", "exclude": "23P01", "apart": "23514"}


def queries(material: Material, decisions: list[Decision]) -> str:
    """Return db/queries.md."""
    parts = [
        f"# {md(material.title, most=160)}: queries",
        *(_of_entity(material, entity) for entity in material.entities),
        _rules(material),
        _supporting(material),
        privileges(material),
        _kept(material),
        _numbers(material),
        carried_over(material),
        *people(material, decisions),
        "## Decisions\n\n" + "\n".join(f"- {decision.key}: {md(decision.text)}" for decision in decisions),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _of_entity(material: Material, entity: Entity) -> str:
    lines = [f"## {md(entity.label_plural or entity.label)}", "", "```sql"]
    for route in routes_on(material, entity):
        operation = route.operation
        lines.append(f"-- {operation.key}: {sql_comment(material.actors_of(operation))}; {_serves(route)}")
        lines.append(_statement(material, entity, route))
        journal = journal_of(material, entity)
        if journal and (route.changes or operation.kind != "list"):
            lines.append(_entry(entity, journal, operation.key))
        refused = [made for made in material.once(enforcements_of) if touches(material, operation, made)]
        for made in refused[:4]:
            state = SQLSTATES.get(made.way, "no row")
            told = f"{made.name} ({state})" if made.name else state
            lines.append(f"-- {made.rule.key}: {told} becomes 409 {made.code}")
    return "\n".join([*lines, "```"])


def _serves(route: Route) -> str:
    return ", ".join(route.operation.requirements) or f"{route.text}, beside the others"


def _entry(entity: Entity, journal: str, act: str) -> str:
    column = quoted(column_of(entity))
    return f"INSERT INTO {quoted(journal)} ({column}, actor, act) VALUES ($1, $caller, {sql_text(act)});"


def _statement(material: Material, entity: Entity, route: Route) -> str:
    operation = route.operation
    if operation.kind == "list":
        return _list(material, entity)
    if operation.kind == "create":
        return _create(material, entity)
    if not route.changes:
        return f"SELECT {_visible(material, entity)} FROM {quoted(entity.table)} WHERE {_mine(material, entity)};"
    if operation.kind == "delete":
        return f"DELETE FROM {quoted(entity.table)} WHERE {_mine(material, entity)} RETURNING id;"
    if operation.kind == "update":
        return _update(material, entity)
    return _act(material, entity, route)


def _visible(material: Material, entity: Entity) -> str:
    hidden = {column for made in kept_for(material, entity, "columns") for column in made.columns}
    names = [
        found.name for found in attributes(material, entity) if found.type != "binary" and found.name not in hidden
    ]
    return ", ".join(["id", *(quoted(name) for name in names[:14]), "created_at"])


def _mine(material: Material, entity: Entity) -> str:
    """The row itself, and whose it must be where the brief says so."""
    owners = [column for made in kept_for(material, entity, "rows") for column in made.columns[:1]]
    return " AND ".join(["id = $1", *(f"{quoted(column)} = $caller" for column in dict.fromkeys(owners))])


def _list(material: Material, entity: Entity) -> str:
    order = [quoted(column) for column in order_of(material, entity)]
    references = material.references[entity.name]
    owners = [column for made in kept_for(material, entity, "rows") for column in made.columns[:1]]
    by = owners[0] if owners else references[0].column if references else ""
    cursor = f"{order[0]} > $2" if len(order) == 1 else f"({', '.join(order)}) > ($2, $3)"
    where = f"{quoted(by)} = $1 AND {cursor}" if by else cursor.replace("$2", "$1").replace("$3", "$2")
    column = by or order_of(material, entity)[0]
    index = f"{entity.table}_pkey" if column == "id" else index_for(material, entity, column)
    return (
        f"SELECT {_visible(material, entity)} FROM {quoted(entity.table)}\n"
        f"  WHERE {where} ORDER BY {', '.join(order)} LIMIT $limit + 1;  -- reads {index}"
    )


def _create(material: Material, entity: Entity) -> str:
    sent = [found for found in attributes(material, entity) if not found.default and not found.is_state]
    sent = [found for found in sent if found.name not in ("used_at", "decided_by")]
    name = quoted(entity.table)
    names = ", ".join(quoted(found.name) for found in sent)
    values = ", ".join(f"${place}" for place in range(1, len(sent) + 1))
    counted = counted_parent(material, entity)
    if counted is not None:
        bound, reference = counted
        column, place = quoted(reference.column), [found.name for found in sent].index(reference.column) + 1
        window = f" AND created_at > now() - interval '{int(bound.seconds)} seconds'" if bound.seconds else ""
        state = state_of(material, entity)
        free = released(state)
        if state is not None and free:
            window += f" AND {quoted(state.name)} NOT IN ({', '.join(sql_text(value) for value in free)})"
        count = f"(SELECT count(*) FROM {name} WHERE {column} = ${place}{window})"
        return (
            f"-- {bound.key}: the count is made while the {sql_comment(reference.target.label, most=60)} is locked\n"
            f"SELECT id FROM {quoted(reference.target.table)} WHERE id = ${place} FOR UPDATE;\n"
            f"INSERT INTO {name} ({names}) SELECT {values}\n"
            f"  WHERE {count} < {plain(bound.high)} RETURNING id;"
        )
    if not sent:
        return f"INSERT INTO {name} DEFAULT VALUES RETURNING id;"
    return f"INSERT INTO {name} ({names}) VALUES ({values}) RETURNING id;"


def _update(material: Material, entity: Entity) -> str:
    fixed = {column for made in kept_for(material, entity, "privilege") for column in made.columns}
    sent = [
        found.name
        for found in attributes(material, entity)
        if found.set_by == "sender" and found.name not in fixed and not found.is_state
    ]
    setting = ", ".join(
        f"{quoted(name)} = coalesce(${place}, {quoted(name)})" for place, name in enumerate(sent[:12], 2)
    )
    if not setting:
        return f"SELECT id FROM {quoted(entity.table)} WHERE {_mine(material, entity)} FOR UPDATE;"
    guards = [made.where for made in kept_for(material, entity, "guard") if made.where]
    return (
        f"UPDATE {quoted(entity.table)} SET {setting}\n"
        f"  WHERE {' AND '.join([_mine(material, entity), *guards])} RETURNING id;"
    )


def _act(material: Material, entity: Entity, route: Route) -> str:
    operation, name = route.operation, quoted(entity.table)
    setting, conditions = [], [_mine(material, entity)]
    step, state = transition_of(material, entity, operation), state_of(material, entity)
    if step is not None and state is not None:
        setting.append(f"{quoted(state.name)} = {sql_text(step.target)}")
        if step.sources:
            conditions.append(f"{quoted(state.name)} IN ({', '.join(sql_text(source) for source in step.sources)})")
        else:
            conditions.append(f"{quoted(state.name)} <> {sql_text(step.target)}")
    if any(is_separation(rule) for rule in material.rules_of(entity)) and attribute(material, entity, "decided_by"):
        setting.append("decided_by = $caller")
        conditions.append("requested_by <> $caller")
    if attribute(material, entity, "used_at") and set(operation.requirements) & {
        key for rule in material.rules_of(entity, "once") for key in rule.requirements
    }:
        setting.append("used_at = now()")
        conditions.append("used_at IS NULL")
    if setting and attribute(material, entity, "expires_at"):
        conditions.append("expires_at > now()")
    if not setting:
        start, end = span_of(material, entity)
        times = [column for column in (start, end) if column]
        moved = times if set(operation.verb.lower().split()) & MOVES else []
        moved = moved or [found.name for found in spoken_of(material, route)]
        setting = [f"{quoted(column)} = ${place}" for place, column in enumerate(moved, 2)]
    if not setting:
        return f"SELECT {_visible(material, entity)} FROM {name} WHERE {conditions[0]} FOR UPDATE;"
    return f"UPDATE {name} SET {', '.join(setting)}\n  WHERE {' AND '.join(conditions)} RETURNING id;"


MOVES = frozenset(
    "move reschedule postpone shift verschieben verlegen déplacer reporter mover aplazar przenieść".split()
)


def spoken_of(material: Material, route: Route) -> list[Attribute]:
    """Return the attributes that an act names, as "give name" does: it changes them, and is sent them."""
    if route.operation.kind != "action" or not route.changes:
        return []
    words = set(route.operation.key.lower().split("_")) | set(route.operation.title.lower().split())
    sent = [found for found in attributes(material, route.entity) if found.set_by == "sender" and not found.reference]
    return [found for found in sent if set((found.label or found.name).lower().replace("_", " ").split()) <= words]


def _rules(material: Material) -> str:
    rows = [
        [
            made.rule.key,
            md(made.rule.text, most=200),
            md(made.words, most=240),
            f"`{made.name}`" if made.name else "–",
            ", ".join(made.rule.requirements) or "–",
        ]
        for made in material.once(enforcements_of)
    ]
    if not rows:
        return ""
    return "## Which rule lives where\n\n" + table(["rule", "the brief says", "kept by", "name", "serves"], rows)


def _supporting(material: Material) -> str:
    lines = [f"- `{found.table}`: {md(found.why)}." for found in material.once(support_of)]
    counters = support(material, "counters")
    if counters is not None:
        rates = bounds(material, "rate_limit")
        windows = listing([f"{bound.key} over {plain(bound.seconds) or '3600'} s" for bound in rates])
        lines += [
            "",
            f"A call that would pass {windows} breaks the check of `{counters.table}` (23514) and is answered 429:",
            "",
            "```sql",
            f"INSERT INTO {counters.table} (bound, subject, window_start)",
            f"  VALUES ({sql_text(rates[0].key)}, $caller, date_bin($window, now(), 'epoch'))",
            f"  ON CONFLICT (bound, subject, window_start) DO UPDATE SET used = {counters.table}.used + 1;",
            "```",
        ]
    outbox = support(material, "outbox")
    if outbox is not None:
        lines += [
            "",
            "The worker takes what is due, and no two workers the same row:",
            "",
            "```sql",
            f"SELECT id, event, about, facts FROM {outbox.table} WHERE sent_at IS NULL AND due_at <= now()",
            "  ORDER BY due_at, id LIMIT 50 FOR UPDATE SKIP LOCKED;",
            "```",
        ]
    return "## Beside the domain\n\n" + "\n".join(lines) if lines else ""


def _kept(material: Material) -> str:
    """How long rows are kept, and the statement that ends it."""
    rows, statements = [], []
    done: set[str] = set()
    for bound in bounds(material, "age"):
        entity = bound.entity or material.main
        if entity is None:
            continue
        proof = set(bound.limit.requirements) & set(material.raised("audit"))
        name = (journal_of(material, entity) if proof else "") or entity.table
        names = [
            name,
            *(other.table for other in _of_the_same_sentence(material, bound, entity) if name == entity.table),
        ]
        told = ", ".join(f"`{one}`" for one in names)
        rows.append([bound.key, told, md(bound.limit.text), ", ".join(bound.limit.requirements) or "–"])
        interval = interval_of(bound)
        for one in names if interval else []:
            if one not in done:
                done.add(one)
                aged = "at" if name != entity.table else "created_at"
                statements.append(
                    f"-- {bound.key}, nightly, until it deletes nothing\n"
                    f"DELETE FROM {quoted(one)} WHERE id IN (SELECT id FROM {quoted(one)}\n"
                    f"  WHERE {aged} < now() - interval '{interval}' ORDER BY {aged} LIMIT 1000);"
                )
    keys = support(material, "keys")
    if keys is not None:
        statements.append(f"DELETE FROM {keys.table} WHERE created_at < now() - interval '24 hours';")
    free = [entity.label_plural for entity in material.entities if entity.table not in done]
    parts = ["## How long it is kept"]
    if rows:
        parts.append(table(["number", "rows of", "the brief says", "requirement"], rows))
    if statements:
        parts.append("```sql\n" + "\n".join(statements) + "\n```")
    if free:
        parts.append(f"The brief sets no end for {md(listing(free, most=30))}; they stay until they are deleted.")
    return "\n\n".join(parts)


def _of_the_same_sentence(material: Material, bound: Bound, entity: Entity) -> list[Entity]:
    """The other entities that only this sentence speaks of: they live as long."""
    keys = set(bound.limit.requirements)
    return [
        other
        for other in material.entities
        if other.name != entity.name and other.requirements and set(other.requirements) <= keys
    ]


_PLACES = {
    "rate_limit": "a check on the counters",
    "quota": "the guarded insert",
    "most": "the guarded insert",
    "load": "the indexes of the busiest lists",
    "length": "a check",
    "range": "a check",
    "size": "a check where the bytes lie in the database, else the interface",
    "threshold": "the statement of the act that it governs",
    "price": "rows, never in code",
    "latency": "the index of the query",
    "expiry": "the column expires_at",
    "age": "the nightly deletion",
    "retry": "due_at of the message",
    "notice": "the worker's query by time",
    "stock": "the size the plans were made for",
}


def _numbers(material: Material) -> str:
    rows = []
    for bound in material.once(bounds_of):
        entity, place = bound.entity, _PLACES[bound.purpose]
        if bound.purpose in ("range", "length", "most") and bound.field and entity is not None:
            place = f"a check on {entity.table}.{bound.field}"
        elif bound.purpose == "range":
            place = "the interface: no column of its own"
        elif bound.purpose == "expiry" and not (entity and attribute(material, entity, "expires_at")):
            place = "the statement that asks whether it still holds"
        elif bound.purpose in ("most", "quota") and (entity is None or counted_parent(material, entity) is None):
            place = f"a count in {entity.table}" if entity else "a count in the interface"
        rows.append([bound.key, md(bound.limit.text), md(place), entity.table if entity else "–"])
    if not rows:
        return ""
    return "## Numbers of the brief\n\n" + table(["number", "the brief says", "kept by", "table"], rows)
