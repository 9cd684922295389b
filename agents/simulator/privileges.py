"""What the application's role may do with each table: append-only and unchangeable rows are kept by privileges."""

from agents.brief.identifiers import identifier
from agents.deliverable import Entity
from agents.simulator.bounds import bounds
from agents.simulator.enforcement import kept_for
from agents.simulator.material import Material
from agents.simulator.naming import quoted
from agents.simulator.routes import routes_on
from agents.simulator.shape import attributes, transition_of
from agents.simulator.supporting import support_of
from agents.simulator.text import listing, sql_comment


def role_of(material: Material) -> str:
    """Return the name of the role that the application signs in with."""
    return f"{identifier(material.title, fallback='feature')[:30].rstrip('_')}_app"


def privileges(material: Material) -> str:
    """Return the section that grants rights, table by table; the schema itself grants none."""
    role = role_of(material)
    by_rights: dict[str, list[str]] = {}
    notes = []
    for entity in material.entities:
        granted = ["SELECT", "INSERT"]
        sealed = kept_for(material, entity, "privilege")
        if not sealed:
            granted.append("UPDATE")
        elif _changing(material, entity):
            granted.append(f"UPDATE ({', '.join(quoted(name) for name in _changing(material, entity))})")
        if routes_on(material, entity, "delete") and not sealed:
            granted.append("DELETE")
        by_rights.setdefault(", ".join(granted), []).append(entity.table)
        for made in kept_for(material, entity, "privilege"):
            open_ = _changing(material, entity)
            what = f"no UPDATE but of {', '.join(open_)}, no DELETE" if open_ else "no UPDATE, no DELETE"
            notes.append(f"-- {made.rule.key}, {entity.table}: {what}")
        for made in kept_for(material, entity, "columns"):
            readers = [op for op in material.operations_of(entity) if op.kind in ("read", "list") or op.reads]
            people = [material.actor_label(actor) for op in readers for actor in op.actors]
            what = ", ".join(made.columns) or "every row"
            notes.append(f"-- {made.rule.key}, {entity.table}: {what} for {sql_comment(listing(people))} alone")
    for support in material.once(support_of):
        rights = "SELECT, INSERT" if support.kind == "journal" else "SELECT, INSERT, UPDATE, DELETE"
        by_rights.setdefault(rights, []).append(support.table)
    for join in material.joins:
        by_rights.setdefault("SELECT, INSERT, DELETE", []).append(join.table)
    lines = [
        f"GRANT {rights} ON {', '.join(quoted(name) for name in names)} TO {role};"
        for rights, names in by_rights.items()
    ]
    aged = sorted({bound.entity.table for bound in bounds(material, "age") if bound.entity})
    if aged:
        lines.append(f"GRANT SELECT, DELETE ON {', '.join(quoted(name) for name in aged)} TO {role}_cleaner;")
    return "## Who may do what in the database\n\n```sql\n" + "\n".join([*dict.fromkeys(notes), *lines]) + "\n```"


def _changing(material: Material, entity: Entity) -> list[str]:
    """The columns of a sealed row that an act still writes: its state, and who decided."""
    sealed = {column for made in kept_for(material, entity, "privilege") for column in made.columns}
    names = [found.name for found in attributes(material, entity) if found.name not in sealed]
    if sealed:
        return names
    acted = any(transition_of(material, entity, operation) for operation in material.operations_of(entity))
    written = [found.name for found in attributes(material, entity) if found.is_state or found.set_by == "system"]
    return [*written, *(name for name in names if name == "decided_by")] if acted else []
