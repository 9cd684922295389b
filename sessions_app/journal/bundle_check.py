"""Whether an exported bundle is whole: its chain, and the decisions and files that the chain vouches for.

Nothing but the bundle is needed, no database and no network. README and decision records are made from the journal and
are not looked at. That nothing was cut or rewritten before the export, only a head shows that was kept elsewhere.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from sessions_app.errors import InvalidInput
from sessions_app.journal.canonical import sha256_of
from sessions_app.journal.chain_check import ChainCheck, Head
from sessions_app.journal.facts import decision_facts
from sessions_app.journal.layout import JOURNAL, place_of
from sessions_app.journal.verdict import Bad, Verdict
from sessions_app.journal.vouched import GONE, OTHER

Read = Callable[[str], bytes]
"""Return the file at a path of the bundle. Raises KeyError when there is none."""


def verify_bundle(bundle: Path, *, published: Mapping[str, Sequence[Head]] | None = None) -> Verdict:
    """Verify a bundle, a folder or a zip. Raises InvalidInput when it is none."""
    try:
        if bundle.is_dir():
            return _verify(lambda path: _file(bundle, path), published or {})
        with zipfile.ZipFile(bundle) as archive:
            return _verify(archive.read, published or {})
    except FileNotFoundError:
        raise InvalidInput({"bundle": [f"There is no {bundle}."]}) from None
    except (OSError, zipfile.BadZipFile) as error:
        raise InvalidInput({"bundle": [f"{bundle} cannot be read: {error}."]}) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidInput({"bundle": [f"{bundle} holds no journal that can be read."]}) from error


def _verify(read: Read, published: Mapping[str, Sequence[Head]]) -> Verdict:
    journal = orjson.loads(read(JOURNAL))
    chain_id, events = journal["session"]["chain_id"], journal["events"]
    chain = ChainCheck(chain_id, published.get(chain_id, ()))
    for event in events:
        if not chain.take(*(event[name] for name in ("seq", "type", "at", "data", "data_salt", "data_sha256", "hash"))):
            break
    chain.finish(last_seq=len(events), chain_head=journal["chain_head"])
    last = events[-1]["at"] if events else ""
    bad = chain.bad or _bad_decision(journal) or _bad_file(journal, read)
    return Verdict(None, chain_id, chain.count, journal["chain_head"], last, bad)


def _bad_decision(journal: dict[str, Any]) -> Bad | None:
    decisions = {row["id"]: row for row in [*journal["decisions"], *journal["session_decisions"]]}
    for event in journal["events"]:
        told = event["data"]
        if event["type"] == "decision_recorded" and told is not None:
            row = decisions.pop(told["decision_id"], None)
            if row is None:
                return Bad(event["seq"], f"decision {told['number']}", GONE)
            facts = decision_facts(
                # In a bundle people are names already, as they were called when it was made.
                author=row["agent"] or told.get("by"),
                **{name: row[name] for name in ("number", "text", "rationale", "category", "confidence")},
                **{name: row[name] for name in ("alternatives", "consequences", "requirements")},
            )
            if sha256_of(facts) != told["sha256"]:
                return Bad(event["seq"], f"decision {told['number']}", OTHER)
    return _untold(journal, "decision_recorded", [f"decision {row['number']}" for row in decisions.values()])


def _bad_file(journal: dict[str, Any], read: Read) -> Bad | None:
    """Compare each file with the last event that tells of it."""
    files = {row["id"]: row for row in journal["artifacts"]}
    newest = {
        event["data"]["artifact_id"]: event
        for event in journal["events"]
        if event["type"] in ("artifact_written", "artifact_edited") and event["data"] is not None
    }
    for artifact_id, event in newest.items():
        told, row = event["data"], files.pop(artifact_id, None)
        name = f"{told['path']} v{told['version']}"
        content = None
        with suppress(KeyError):
            content = read(place_of(told["path"]))
        if row is None or content is None:
            return Bad(event["seq"], name, GONE)
        said = (row["path"], row["version"], row["sha256"], hashlib.sha256(content).hexdigest())
        if said != (told["path"], told["version"], told["sha256"], told["sha256"]):
            return Bad(event["seq"], name, OTHER)
    return _untold(journal, "artifact_written", [f"{row['path']} v{row['version']}" for row in files.values()])


def _untold(journal: dict[str, Any], type: str, names: list[str]) -> Bad | None:
    """Name the first row that no event tells of, unless as many events have lost their data."""
    erased = sum(event["type"] == type and event["data"] is None for event in journal["events"])
    return Bad(None, names[0], "has no event that tells of it") if len(names) > erased else None


def _file(folder: Path, path: str) -> bytes:
    try:
        return (folder / path).read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise KeyError(path) from None
