"""What stands in parentheses behind a word."""

import re


def enumerated(aside: str) -> list[str]:
    """Return the values that parentheses list ("development, staging, production"), if they list any."""
    parts = [
        part.strip()
        for part in re.split(r",|/|\bor\b|\boder\b|\bou\b|\bo\b|\blub\b|\band\b|\bund\b|\bet\b", aside)
        if part.strip()
    ]
    if len(parts) < 2 or any(
        len(part.split()) > 2 or any(char.isdigit() for char in part) or not part[0].isalpha() for part in parts
    ):
        return []
    return [part[:40] for part in parts[:12]]
