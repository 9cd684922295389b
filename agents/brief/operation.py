"""An operation as found in a brief, and its title in the language of the brief."""

from dataclasses import dataclass, field
from typing import Final, Literal

from agents.brief.reading import Reading

MAX_OPERATIONS: Final = 48

MAX_NAMED_PER_ENTITY: Final = 7

Kind = Literal["create", "list", "read", "update", "delete", "action"]


ITSELF: Final = "the system itself"  # stands among actors until they are settled


@dataclass
class OperationFound:
    key: str
    title: str
    entity: str
    kind: Kind
    verb: str
    actors: list[str] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    reads: bool = False
    named: bool = True  # the brief names it; else it follows from what the brief names
    guessed: bool = False  # the brief does not say who does it


# The acts that follow from others, in the words of each language.
_PLAIN_ACTS: Final = {
    "de": {"add": "anlegen", "record": "erfassen", "list": "auflisten", "read": "ansehen", "update": "ändern"},
    "fr": {"add": "ajouter", "record": "enregistrer", "list": "lister", "read": "consulter", "update": "modifier"},
    "es": {"add": "añadir", "record": "registrar", "list": "listar", "read": "consultar", "update": "modificar"},
    "pl": {"add": "dodać", "record": "zapisać", "list": "wyświetlić", "read": "obejrzeć", "update": "zmienić"},
}


def title_of(reading: Reading, verb: str, shown: str) -> str:
    code = reading.lexicon.code
    verb = _PLAIN_ACTS.get(code, {}).get(verb, verb)
    if code == "de":
        return f"{shown} {verb}"
    if verb.startswith("mark "):
        return f"Mark {shown} {verb[5:]}"
    return f"{verb[:1].upper()}{verb[1:]} {shown}"
