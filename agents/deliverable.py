"""What a role hands in, and how text from a model becomes one."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from agents.cleaning import MAX_DELIVERABLE_BYTES, clean_text, clean_value, safe_path
from agents.errors import MalformedDeliverable
from agents.json_in_text import json_in
from agents.roles.role import Role

MAX_ARTIFACT_CHARS = 512 * 1024
DOMAIN_PATH = "domain.json"  # the artifact that holds the shared vocabulary of a session

Key = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Za-z][A-Za-z0-9._-]*$")]
Line = Annotated[str, Field(max_length=1000)]
Prose = Annotated[str, Field(max_length=20_000)]
Path = Annotated[str, AfterValidator(safe_path)]


def _whole(value: Any) -> Any:
    """Models write 0.9, 90.0 and "90" for the same thing; a share of one is read as a percentage."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,9}(\.\d{1,9})?%?", value.strip()):
        value = float(value.strip().rstrip("%"))
    if isinstance(value, float):
        return round(value * 100) if 0 < value < 1 else round(value)
    return value


class _Part(BaseModel):
    """Fields that a model adds on its own are dropped, not refused."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Requirement(_Part):
    key: Annotated[str, Field(pattern=r"^R-[1-9][0-9]{0,3}$")]
    text: Annotated[str, Field(min_length=1, max_length=2000)]
    kind: Literal["functional", "constraint", "quality"] = "functional"
    source_text: Prose = ""


class DomainField(_Part):
    name: Key
    label: Line = ""
    type: Literal[
        "string",
        "text",
        "integer",
        "decimal",
        "boolean",
        "date",
        "datetime",
        "duration",
        "email",
        "url",
        "enum",
        "json",
        "binary",
        "reference",
    ] = "string"
    required: bool = False
    unique: bool = False
    values: list[Line] = Field(default_factory=list, max_length=40)  # of an enum
    references: str | None = None  # the entity a reference leads to
    source: Line = ""  # the words of the brief; empty for the plumbing each entity has


class Transition(_Part):
    """A step in the life of an entity: the operation that takes it from some states to another."""

    sources: list[Key] = Field(default_factory=list, max_length=40)  # none: from any state
    target: Key
    operation: str = ""  # its key; none: it happens by itself, in time


class Rule(_Part):
    """A rule of the brief that schema and interface can enforce, not only describe."""

    key: Key  # C-1, C-2, …
    kind: Literal["unique", "exclusive", "once", "immutable", "append_only", "ownership", "visibility", "condition"]
    text: Line
    entity: str
    fields: list[str] = Field(default_factory=list, max_length=20)  # fields, or entities that it leads to
    requirements: list[str] = Field(default_factory=list)
    source: Prose = ""  # the sentence of the brief


class Event(_Part):
    """Something the system tells others, is told, or does at a time of its own."""

    key: Key
    label: Line = ""
    kind: Literal["published", "received", "scheduled"] = "published"
    entity: str = ""
    operation: str = ""  # the operation that causes it
    requirements: list[str] = Field(default_factory=list)
    source: Prose = ""


class Entity(_Part):
    name: Key
    label: Line = ""
    label_plural: Line = ""
    table: Key
    path: Annotated[str, Field(min_length=1, max_length=80)]  # its segment in addresses
    fields: list[DomainField] = Field(default_factory=list, max_length=60)
    states: list[Key] = Field(default_factory=list, max_length=40)  # in the order of its life; the first is the initial
    transitions: list[Transition] = Field(default_factory=list, max_length=80)
    source: Prose = ""
    requirements: list[str] = Field(default_factory=list)


class Relation(_Part):
    source: Key
    target: Key
    kind: Literal["one_to_many", "many_to_one", "one_to_one", "many_to_many"] = "many_to_one"
    label: Line = ""
    evidence: Prose = ""


class Actor(_Part):
    key: Key
    label: Line
    kind: Literal["person", "system"] = "person"
    note: Line = ""


class Operation(_Part):
    key: Key  # the operationId of the interface
    title: Line
    entity: Key
    kind: Literal["create", "list", "read", "update", "delete", "action"]
    verb: Line = ""
    reads: bool = False  # an action that changes nothing: print, export
    actors: list[str] = Field(default_factory=list)
    requirements: list[str] = Field(default_factory=list)
    source: Prose = ""


class Limit(_Part):
    key: Key
    text: Line
    kind: Literal["duration", "rate", "count", "size", "money", "retention", "percentage", "number"]
    value: Line = ""  # a decimal number in words of the brief's own notation
    unit: Line = ""
    entity: str | None = None
    requirements: list[str] = Field(default_factory=list)


class Domain(_Part):
    language: Line = "en"
    title: Line = ""
    actors: list[Actor] = Field(default_factory=list, max_length=40)
    entities: list[Entity] = Field(default_factory=list, max_length=60)
    relations: list[Relation] = Field(default_factory=list, max_length=200)
    operations: list[Operation] = Field(default_factory=list, max_length=300)
    limits: list[Limit] = Field(default_factory=list, max_length=100)
    rules: list[Rule] = Field(default_factory=list, max_length=100)
    events: list[Event] = Field(default_factory=list, max_length=60)
    integrations: list[Line] = Field(default_factory=list, max_length=40)
    out_of_scope: list[Line] = Field(default_factory=list, max_length=60)


def parse_domain(text: str) -> Domain | None:
    """Return the domain that the text of a `domain.json` states; None when it is broken. Whoever wrote it may err."""
    try:
        return Domain.model_validate_json(text)
    except ValueError:  # no JSON, no domain, or no Unicode
        return None


class Alternative(_Part):
    option: Annotated[str, Field(min_length=1, max_length=1000)]
    pros: list[Line] = Field(default_factory=list, max_length=20)
    cons: list[Line] = Field(default_factory=list, max_length=20)


class Decision(_Part):
    key: Key
    text: Annotated[str, Field(min_length=1, max_length=2000)]
    rationale: Prose = ""
    category: Annotated[str, Field(max_length=60)] = "general"
    confidence: Annotated[int, BeforeValidator(_whole), Field(ge=0, le=100)] = 50
    alternatives: list[Alternative] = Field(default_factory=list, max_length=10)
    consequences: list[Line] = Field(default_factory=list, max_length=20)
    satisfies: list[Annotated[str, Field(max_length=20)]] = Field(default_factory=list, max_length=200)


class Artifact(_Part):
    path: Path
    media_type: Annotated[str, Field(pattern=r"^[a-z]+/[a-z0-9.+-]+$", max_length=100)] = "text/plain"
    content: Annotated[str, Field(max_length=MAX_ARTIFACT_CHARS)]
    implements: list[Annotated[str, Field(max_length=60)]] = Field(default_factory=list, max_length=200)


class Question(_Part):
    text: Annotated[str, Field(min_length=1, max_length=2000)]
    options: list[Line] = Field(default_factory=list, max_length=12)
    default: Line = ""


class Deliverable(_Part):
    """One role's work: decisions, artifacts and questions; from the architect also requirements and the domain."""

    summary: Annotated[str, Field(min_length=1, max_length=4000)]
    requirements: list[Requirement] = Field(default_factory=list, max_length=400)
    domain: Domain | None = None
    decisions: list[Decision] = Field(default_factory=list, max_length=60)
    artifacts: list[Artifact] = Field(default_factory=list, max_length=60)
    questions: list[Question] = Field(default_factory=list, max_length=20)
    handoff: Prose = ""

    @model_validator(mode="after")
    def _names_are_unique(self) -> "Deliverable":
        for what, names in (
            ("path", [artifact.path.lower() for artifact in self.artifacts]),
            ("decision key", [decision.key for decision in self.decisions]),
            ("requirement key", [requirement.key for requirement in self.requirements]),
        ):
            doubled = sorted({name for name in names if names.count(name) > 1})
            if doubled:
                raise ValueError(f"the {what} {doubled[0]} stands twice")
        return self


def parse_deliverable(text: str, role: Role) -> Deliverable:
    """Return the deliverable that `text` holds, cleaned; raises MalformedDeliverable with the reason.

    What stands around the JSON, such as thoughts, a greeting or a fence, is passed over: models add it however they are
    told.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_DELIVERABLE_BYTES:
        raise MalformedDeliverable(f"{role.name} handed in more than {MAX_DELIVERABLE_BYTES // 1024} kB.")
    text = clean_text(text, limit=MAX_DELIVERABLE_BYTES)
    if not text.strip():
        raise MalformedDeliverable(f"{role.name} handed in nothing.")
    try:
        value = clean_value(json_in(text))
    except RecursionError:
        raise MalformedDeliverable(f"{role.name} handed in JSON that is nested too deep.") from None
    except ValueError as error:
        raise MalformedDeliverable(f"{role.name} handed in no JSON: {error}.") from None
    try:
        return Deliverable.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the deliverable"
        raise MalformedDeliverable(f"{role.name} handed in {where} that does not fit: {first['msg']}.") from None


def _compact(schema: Any) -> Any:
    """Return a schema without what tells a model nothing: titles that repeat names, defaults, docstrings of ours."""
    if isinstance(schema, list):
        return [_compact(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    said = ("title", "default", "description")
    return {
        key: {name: _compact(item) for name, item in value.items()}
        if key in ("properties", "$defs")
        else _compact(value)
        for key, value in schema.items()
        if key not in said
    }


SCHEMA: dict[str, Any] = _compact(Deliverable.model_json_schema())
