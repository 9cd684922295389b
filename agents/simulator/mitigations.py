"""What stands against threats: each mitigation says where it is built, by the names in schema and interface."""

from dataclasses import dataclass

from agents.deliverable import Entity, Operation
from agents.simulator.bounds import bounds
from agents.simulator.calls import Interface
from agents.simulator.enforcement import Enforcement, enforcements_of, touches
from agents.simulator.material import Material
from agents.simulator.pages import pages
from agents.simulator.parts import measures, parts, secrets, with_files
from agents.simulator.permissions import owner_columns
from agents.simulator.privileges import role_of
from agents.simulator.shape import attributes, state_of
from agents.simulator.stores import Store, store_of, stores
from agents.simulator.text import listing, md


@dataclass(frozen=True)
class Mitigation:
    key: str  # M-1
    letters: str  # of STRIDE
    text: str
    built: str  # where, by name


class Mitigations:
    """The mitigations of a brief, found by what they guard. Numbers are given in the order of the list."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.interface = Interface(material)
        self.stores = material.once(stores)
        self.all: list[Mitigation] = []
        self._by_name: dict[str, Mitigation] = {}
        self._gather()

    def key(self, name: str) -> str:
        """Return the number of a mitigation, empty when this brief has none of the kind."""
        found = self._by_name.get(name)
        return found.key if found is not None else ""

    def rules_on(self, operation: Operation) -> list[tuple[Enforcement, str]]:
        """Return the rules that an operation can break, each with the number of what keeps it."""
        return [
            (made, self.key(f"rule {made.rule.key} {made.way}"))
            for made in self.material.once(enforcements_of)
            if touches(self.material, operation, made)
        ]

    def journal(self, entity: Entity) -> Store | None:
        """Return the table that records acts on an entity, as far as the schema names one."""
        names = (f"{entity.table}_journal", f"{entity.name}_journal", f"{entity.table}_log", f"{entity.table}_audit")
        return next((store for store in self.stores if store.name.lower() in names), None)

    def _records(self) -> list[Entity]:
        """Return the entities of the brief that are themselves a record which only grows."""
        return [entity for entity in self.material.entities if self.material.rules_of(entity, "append_only")]

    def _add(self, name: str, letters: str, text: str, built: str) -> None:
        made = Mitigation(f"M-{len(self.all) + 1}", letters, text, built)
        self.all.append(made)
        self._by_name[name] = made

    def _gather(self) -> None:
        material, title = self.material, md(self.material.title, most=60)
        people = md(listing([material.many(actor.label) for actor in material.domain.actors], none="everyone"))
        things = md(listing([entity.label_plural for entity in material.entities], most=4))
        schemes = listing([f"`{name}`" for name in self.interface.schemes], none="a session cookie")
        self._add(
            "session", "S", f"{people} prove who they are before anything else", f"{schemes} in api/openapi.yaml; 401"
        )
        self._add(
            "matrix",
            "E",
            f"what the matrix does not name is refused for {people}",
            "403 on every call; a test walks the matrix",
        )
        owned = [
            f"`{entity.table}.{column}`"
            for entity in material.entities
            for actor in material.domain.actors
            for column in owner_columns(material, entity, actor)[:1]
            if column != "id"
        ]
        if owned:
            self._add(
                "owner", "I", f"a query of {things} begins from the person who asks", f"{listing(owned, most=6)}; 404"
            )
        self._add_input()
        for made in material.once(enforcements_of):
            self._add(
                f"rule {made.rule.key} {made.way}",
                "T",
                f"{made.rule.key}: “{md(made.rule.text, most=160)}”",
                self._built(made),
            )
        journals = [f"`{found.name}`" for entity in material.entities if (found := self.journal(entity)) is not None]
        journals += [f"`{entity.table}`" for entity in self._records()]
        if journals:
            keys = ", ".join(material.raised("audit")[:4])
            self._add(
                "journal",
                "R",
                f"acts are recorded with actor and time{f' ({keys})' if keys else ''}",
                f"{listing(journals)}, inserted in the act's transaction",
            )
        else:
            self._add(
                "journal",
                "R",
                f"acts on {things} leave actor, operation and time in the access log of {title}",
                "`web` in ops/compose.yaml",
            )
        keyed = [call.name for page in pages(material) for call in page.calls if "Idempotency-Key" in call.headers]
        if keyed:
            self._add(
                "repeat",
                "T",
                "the same request twice does it once",
                f"header `Idempotency-Key` on {listing([f'`{k}`' for k in keyed])}",
            )
        self._add_bounds(things)
        self._add_by_theme(title)
        known = secrets(material, parts(material))
        self._add(
            "secrets",
            "I",
            f"no secret of {title} stands in an image or a repository",
            f"{listing([f'`{s.name}`' for s in known], most=8)} as files in ops/compose.yaml",
        )
        self._add(
            "disk",
            "I",
            f"dumps of {things} are of no use to whoever finds one",
            "`backup_key`, backups in ops/runbook.md",
        )
        role = f"`{role_of(material)}`"
        self._add(
            "role", "T", f"the application changes {things}, never their tables", f"database role {role} without DDL"
        )
        self._add(
            "page",
            "S",
            f"pages of {title} run no foreign script and are framed by nobody",
            "headers `Content-Security-Policy: default-src 'self'; frame-ancestors 'none'`, "
            "`Strict-Transport-Security`, cookies `SameSite=Lax`",
        )

    def _add_input(self) -> None:
        """Fields that only the system sets are no part of what is sent."""
        material = self.material
        kept = []
        for entity in material.entities:
            held = state_of(material, entity)
            names = [attribute.name for attribute in attributes(material, entity) if attribute.set_by != "sender"]
            kept += [f"`{entity.table}.{name}`" for name in dict.fromkeys([*([held.name] if held else []), *names])]
        if kept:
            self._add(
                "input",
                "T",
                f"nobody sends along what the system sets: {listing(kept, most=6)}",
                "the bodies in api/openapi.yaml do not hold them; unknown fields answer 400",
            )

    def _built(self, made: Enforcement) -> str:
        """Name the constraint that the schema really has; else say in words how the rule is kept."""
        store = store_of(self.stores, made.entity)
        named = {constraint.name for constraint in store.constraints}
        if made.name and made.name in named:
            return f"constraint `{made.name}` in db/schema.sql; 409"
        kinds = {"unique": ("unique",), "exclude": ("exclusion",), "apart": ("check",), "marked": ("unique",)}.get(
            made.way, ()
        )
        other = store.constraint(*kinds, about=made.columns[0] if made.columns else "") if kinds else None
        if other is not None:
            return f"constraint `{other.name}` in db/schema.sql; 409"
        return f"{md(made.words, most=160)}; 409"

    def _add_bounds(self, things: str) -> None:
        for bound in bounds(self.material, "rate_limit", "quota", "most", "size", "length"):
            answer = {"rate_limit": "429 with Retry-After", "quota": "429", "most": "409", "size": "413"}.get(
                bound.purpose, "400"
            )
            table = f" on `{bound.entity.table}`" if bound.entity is not None else ""
            self._add(
                f"bound {bound.key}",
                "D",
                f"{bound.key}: “{md(bound.limit.text, most=140)}”",
                f"counted by the server{table}; {answer}",
            )
        for bound in bounds(self.material, "expiry"):
            self._add(
                f"bound {bound.key}",
                "S",
                f"{bound.key}: “{md(bound.limit.text, most=140)}”",
                "the end is stored with the row and asked in the statement",
            )
        listed = [
            f"`{page.call(op).name}`" for page in pages(self.material) for op in page.operations if op.kind == "list"
        ]
        self._add(
            "paged",
            "D",
            f"nobody reads all {things} at once",
            f"cursor and limit on {listing(listed, most=4)}; 10 s statement timeout",
        )

        self._add(
            "flood",
            "D",
            f"whoever calls without end waits, and {things} stay in reach of the others",
            "workers of `web` by account, 10 s statement timeout",
        )

    def _add_by_theme(self, title: str) -> None:
        raised, material = self.material.raised, self.material
        for name, themes, letters, text, built in (
            (
                "hash",
                ("credentials",),
                "S",
                "proofs of identity are stored as hashes, compared in constant time",
                "columns of type bytea, never in an answer",
            ),
            (
                "upload",
                ("files",),
                "T",
                "a file is what its content says, not its name",
                "type by content, size bound, own address with `Content-Disposition`",
            ),
            (
                "egress",
                ("network",),
                "I",
                "the address is checked at the moment of connecting, redirects are not followed",
                "network `outside` and the guard of `worker` in ops/compose.yaml",
            ),
            (
                "export",
                ("exchange",),
                "T",
                "a cell that begins with = + - @ is written with an apostrophe before it",
                "the writer of export files; a test reads one back",
            ),
            (
                "private",
                ("privacy",),
                "I",
                "protected columns are given to those who may see them, not hidden on the page",
                "answer schemas per role in api/openapi.yaml; the header `Cache-Control: no-store`",
            ),
            (
                "device",
                ("measure",),
                "S",
                "each device has a key of its own that can be withdrawn",
                "`device_ca_key`; 401 for a withdrawn one",
            ),
        ):
            keys = raised(*themes) if name != "device" else measures(material)
            if keys:
                found = with_files(material) if name == "upload" else material.concerned(keys)
                concerned = md(listing([entity.label_plural for entity in found], most=3, none=title))
                self._add(name, letters, f"{concerned}: {text} ({', '.join(keys[:4])})", built)
