"""The text files of a folder that anybody may have laid down: bounded in number and size, and never from outside it."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from agents.cleaning import clean_text, safe_path
from agents.deliverable import MAX_ARTIFACT_CHARS

MOST_FILES = 500
MOST_CHARS = 2 * MAX_ARTIFACT_CHARS  # of one file; what is longer than an artifact may be is still told to be so


def text_files(folder: Path, *, but: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """Yield path and text of each file below a folder, by path, but for those named.

    Left out are hidden files and folders, links, what is no UTF-8 text, and what has no path that an artifact could
    have. Only the first MOST_FILES that the walk meets are looked at.
    """
    for path in sorted(_plain_files(folder)):
        name = path.relative_to(folder).as_posix()
        if name in but:
            continue
        try:
            yield safe_path(name), _read(path)
        except ValueError:  # no text, or no path of an artifact
            continue


def text_at(folder: Path, name: str) -> str:
    """Return the text of one file of a folder.

    Raises OSError when it cannot be read, and ValueError when it is no UTF-8 text or stands outside the folder.
    """
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"{name} leads out of the folder")
    return _read(path)


def _plain_files(folder: Path) -> list[Path]:
    found: list[Path] = []
    for parent, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(parent, name)
            if name.startswith(".") or path.is_symlink() or not path.is_file():
                continue
            found.append(path)
            if len(found) == MOST_FILES:
                return found
    return found


def _read(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return clean_text(file.read(MOST_CHARS))
