"""Identifiers as PostgreSQL reads them."""

from agents.brief.identifiers import RESERVED

_WORDS = RESERVED - {"id", "created_at"}


def quoted(name: str) -> str:
    """Return an identifier, in quotes where PostgreSQL would read it as a word of its own or in lower case."""
    ordinary = name.isascii() and name == name.lower() and name.replace("_", "a").isalnum() and name[0].isalpha()
    return name if ordinary and name not in _WORDS else '"' + name.replace('"', "") + '"'
