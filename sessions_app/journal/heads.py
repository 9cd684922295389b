"""A file of chain heads that is kept outside the database: JSON lines of `at`, `chain_id`, `head` and `seq`.

Whoever can write to the database can also rewrite its chains and checkpoints. Against a head that lies elsewhere, a cut
tail and a rewrite show. The file names no people, no teams and no features.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from sessions_app.errors import InvalidInput
from sessions_app.journal.canonical import canonical_json
from sessions_app.journal.chain_check import Head
from sessions_app.journal.verdict import Verdict

DIGEST = re.compile("[0-9a-f]{64}")


def read_heads(file: Path, *, missing_is_empty: bool = False) -> dict[str, list[Head]]:
    """Return the heads by chain id, as published. Raises InvalidInput."""
    heads: dict[str, list[Head]] = {}
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                chain_id, head = _parsed(line, file, number)
                heads.setdefault(chain_id, []).append(head)
    except FileNotFoundError:
        if not missing_is_empty:
            raise InvalidInput({"checkpoints": [f"There is no file {file}."]}) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput({"checkpoints": [f"{file} cannot be read: {error}."]}) from error
    return heads


def publish_heads(file: Path, verdicts: Iterable[Verdict]) -> int:
    """Append the heads of chains that are whole and not yet in the file; return how many. Raises InvalidInput.

    The file is only ever appended to, so it may lie where nothing else is allowed.
    """
    try:
        with file.open("a+", encoding="utf-8") as lines:
            fcntl.flock(lines, fcntl.LOCK_EX)
            known = {chain_id: {kept.seq for kept in kept} for chain_id, kept in read_heads(file).items()}
            fresh = [
                canonical_json({"at": found.at, "chain_id": found.chain_id, "head": found.head, "seq": found.events})
                for found in verdicts
                if found.valid and found.events and found.events not in known.get(found.chain_id, ())
            ]
            lines.writelines(f"{line}\n" for line in fresh)
            lines.flush()
            os.fsync(lines.fileno())
    except OSError as error:
        raise InvalidInput({"publish": [f"{file} cannot be written: {error.strerror or error}."]}) from error
    return len(fresh)


def _parsed(line: str, file: Path, number: int) -> tuple[str, Head]:
    try:
        told: Any = json.loads(line)
        seq, head = told["seq"], told["head"]
        if not line.endswith("\n") or not isinstance(seq, int) or seq < 1 or not DIGEST.fullmatch(head):
            raise ValueError
        return str(UUID(told["chain_id"])), Head(seq, head, str(file))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InvalidInput({"checkpoints": [f"Line {number} of {file} is no chain head."]}) from None
