"""Tables that no sentence names but a rule needs: journals, messages to be sent, keys of repeated calls, counters."""

from dataclasses import dataclass

from agents.brief.identifiers import unique
from agents.deliverable import Entity, Rule
from agents.simulator.bounds import Bound, bounds, plain
from agents.simulator.enforcement import WHO_READ, constraint_name, needs_key
from agents.simulator.keys import key_type
from agents.simulator.material import Material
from agents.simulator.naming import quoted
from agents.simulator.references import column_of
from agents.simulator.text import sql_text

MOST_JOURNALS = 3


@dataclass(frozen=True)
class Support:
    """A table beside those of the domain: for what, and the statements that make it."""

    kind: str  # journal, outbox, keys, counters
    table: str
    why: str
    statements: tuple[str, ...]
    entity: Entity | None = None


def support_of(material: Material) -> list[Support]:
    """Return the supporting tables that this brief needs."""
    taken = {entity.table.lower() for entity in material.entities} | {join.table.lower() for join in material.joins}
    found = [_journal(material, entity, taken) for entity in audited(material)]
    if any(event.kind == "published" for event in material.events):
        found.append(_outbox(material, taken))
    if any(needs_key(material, operation) for operation in material.operations):
        found.append(_keys(material, taken))
    if bounds(material, "rate_limit"):
        found.append(_counters(material, taken))
    return found


def audited(material: Material) -> list[Entity]:
    """Return the entities whose every act must be provable, unless an entity of the brief is that record itself."""
    keys = material.raised("audit")
    records = {rule.entity for rule in material.rules if rule.kind == "append_only" and not is_reading(rule)}
    people = {actor.key for actor in material.domain.actors}
    concerned = [entity for entity in material.concerned(keys) if entity.name not in records]
    found = [entity for entity in concerned if entity.name not in people] or concerned
    read = [rule.entity for rule in material.rules if rule.kind == "append_only" and is_reading(rule)]
    if read:
        return [entity for entity in material.entities if entity.name in read][:MOST_JOURNALS]
    if records & {entity.name for entity in material.concerned(keys)}:
        return []
    if keys and not found and material.main is not None:
        found = [material.main]
    return found[:MOST_JOURNALS]


def is_reading(rule: Rule) -> bool:
    """Does the rule ask who read something? Such a record cannot be the row itself, however often it is read."""
    return bool(WHO_READ.search(f"{rule.text} {rule.source}"))


def journal_of(material: Material, entity: Entity) -> str:
    """Return the name of the journal of an entity; empty when it has none."""
    found = (support for support in material.once(support_of) if support.kind == "journal")
    return next((support.table for support in found if support.entity and support.entity.name == entity.name), "")


def support(material: Material, kind: str) -> Support | None:
    return next((found for found in material.once(support_of) if found.kind == kind), None)


def _journal(material: Material, entity: Entity, taken: set[str]) -> Support:
    table = unique(f"{entity.table[:40].rstrip('_')}_journal", taken)
    keys = ", ".join(material.raised("audit")[:6])
    column = column_of(entity)
    acts = [operation.key for operation in material.operations_of(entity)] or ["change"]
    why = f"Who did what with {entity.label_plural}, and when ({keys}); rows are only added"
    return Support(
        "journal",
        table,
        why,
        (
            f"CREATE TABLE {quoted(table)} (\n"
            f"  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, {quoted(column)} {key_type(material)} NOT NULL,\n"
            f"  actor text NOT NULL, facts jsonb NOT NULL DEFAULT '{{}}', at timestamptz NOT NULL DEFAULT now(),\n"
            f"  act text NOT NULL CHECK (act IN ({', '.join(sql_text(act) for act in acts)}))\n);",
            f"COMMENT ON TABLE {quoted(table)} IS {sql_text(why)};",
            f"CREATE INDEX {constraint_name(table, column, 'idx')} ON {quoted(table)} ({quoted(column)}, at);",
        ),
        entity,
    )


def _outbox(material: Material, taken: set[str]) -> Support:
    events = [event for event in material.events if event.kind == "published"]
    table = unique("outbox", taken)
    names = ", ".join(sql_text(event.key) for event in events)
    why = f"What others are told, written in the transaction of the act: {', '.join(event.key for event in events)}"
    return Support(
        "outbox",
        table,
        why,
        (
            f"CREATE TABLE {table} (\n"
            f"  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event text NOT NULL CHECK (event IN ({names})),\n"
            f"  about {key_type(material)} NOT NULL, attempts integer NOT NULL DEFAULT 0, facts jsonb NOT NULL "
            "DEFAULT '{}',\n  created_at timestamptz NOT NULL DEFAULT now(), "
            "due_at timestamptz NOT NULL DEFAULT now(), "
            "sent_at timestamptz\n);",
            f"COMMENT ON TABLE {table} IS {sql_text(why)};",
            f"CREATE INDEX {table}_due_idx ON {table} (due_at, id) WHERE sent_at IS NULL;",
        ),
    )


def _keys(material: Material, taken: set[str]) -> Support:
    table = unique("idempotency_keys", taken)
    guarded = [operation.key for operation in material.operations if needs_key(material, operation)]
    why = f"The answer to each key of {', '.join(guarded)}, for 24 hours, so that a repeat changes nothing"
    return Support(
        "keys",
        table,
        why,
        (
            f"CREATE TABLE {table} (\n"
            "  caller text NOT NULL, key text NOT NULL CHECK (char_length(key) <= 100), body_sha256 bytea NOT NULL,\n"
            f"  operation text NOT NULL CHECK (operation IN ({', '.join(sql_text(key) for key in guarded)})),\n"
            "  status smallint, answer jsonb, created_at timestamptz NOT NULL DEFAULT now(), "
            "PRIMARY KEY (caller, key)\n);",
            f"COMMENT ON TABLE {table} IS {sql_text(why)};",
            f"CREATE INDEX {table}_created_at_idx ON {table} (created_at);",
        ),
    )


def _counters(material: Material, taken: set[str]) -> Support:
    table = unique("rate_counters", taken)
    rates = bounds(material, "rate_limit")
    why = f"Calls counted by window: {'; '.join(f'{bound.key} {bound.limit.text}' for bound in rates)}"
    return Support(
        "counters",
        table,
        why,
        (
            f"CREATE TABLE {table} (\n"
            f"  bound text NOT NULL CHECK (bound IN ({', '.join(sql_text(bound.key) for bound in rates)})),\n"
            "  subject text NOT NULL, window_start timestamptz NOT NULL, used integer NOT NULL DEFAULT 1,\n"
            + "".join(f"  {_most(table, bound)},\n" for bound in rates if bound.value is not None)
            + "  PRIMARY KEY (bound, subject, window_start)\n);",
            f"COMMENT ON TABLE {table} IS {sql_text(why)};",
        ),
    )


def _most(table: str, bound: Bound) -> str:
    name = constraint_name(table, bound.key)
    return f"CONSTRAINT {name} CHECK (bound <> {sql_text(bound.key)} OR used <= {plain(bound.value)})"
