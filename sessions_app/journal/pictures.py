"""The diagrams of a session's domain as files of a bundle: drawn from domain.json, so nothing vouches for them."""

from __future__ import annotations

from collections.abc import Collection

from agents.deliverable import parse_domain
from agents.diagrams import domain_diagrams

FOLDER = "docs/diagrams"
MOST = 40


def pictures_of(content: str, taken: Collection[str]) -> dict[str, bytes]:
    """Return SVG files by path for what a domain.json holds; none where an artifact's path is in the way."""
    if any(path.lower() in ("docs", FOLDER) or path.lower().startswith(f"{FOLDER}/") for path in taken):
        return {}
    domain = parse_domain(content)
    if domain is None:
        return {}
    return {f"{FOLDER}/{one.name}.svg": one.file().encode() for one in domain_diagrams(domain)[:MOST]}
