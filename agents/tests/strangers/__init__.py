"""Bundles that people wrote by hand, in other styles than the simulator's, with what a careful reviewer expects."""

import json
from dataclasses import dataclass
from pathlib import Path

from agents.checks.bundle import Bundle
from agents.checks.folder import bundle_of_folder


@dataclass(frozen=True)
class Expected:
    """A finding that the reviewer expects: by which comparison, in which file, naming what."""

    check: str
    path: str  # empty: any file, or none
    says: str


@dataclass(frozen=True)
class Stranger:
    bundle: Bundle
    good: bool
    expected: tuple[Expected, ...]


def _read(folder: Path) -> Stranger:
    told = json.loads((folder / "expected.json").read_text())
    findings = tuple(Expected(each["check"], each["path"], each["says"]) for each in told["findings"])
    return Stranger(bundle_of_folder(folder), told["good"], findings)


STRANGERS = {
    folder.name: _read(folder)
    for folder in sorted(Path(__file__).parent.iterdir())
    if (folder / "expected.json").exists()
}
