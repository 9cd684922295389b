"""Whom PostgreSQL's programs run as. They refuse to run as root, so root needs another face."""

import ctypes
import os
import pwd
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sagemode.parent_death import die_with_parent

USERS = ("postgres", "nobody")
CLONE_NEWUSER = 0x10000000
OVERFLOW_UID = 65534  # what an owner outside a user namespace looks like inside it

_libc = ctypes.CDLL(None, use_errno=True)  # loaded before the fork, see parent_death


@dataclass(frozen=True)
class Identity:
    """A user for PostgreSQL's programs; `uid` and `gid` own its files, as seen from this process."""

    name: str
    uid: int
    gid: int
    in_namespace: bool = False

    def start(self, command: Sequence[str | Path], **options: Any) -> subprocess.Popen[bytes]:
        """Start a direct child as this user that gets SIGINT (PostgreSQL's fast shutdown) when we end.

        To be called from the main thread; `options` go to Popen. Raises OSError or SubprocessError when the machine
        refuses the user or the program.
        """
        if self.uid != os.geteuid():
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return subprocess.Popen(
            [str(part) for part in command],
            preexec_fn=self._becoming(parent_pid=os.getpid()),
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},  # none of our secrets
            **options,
        )

    def run(self, command: Sequence[str | Path], *, input: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a program to its end as this user; its output and errors come back together."""
        with self.start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as child:
            output, _ = child.communicate(input)
        return subprocess.CompletedProcess(child.args, child.returncode, output)

    def can_enter(self, folder: Path) -> bool:
        """Say whether this user exists for us and can reach the folder."""
        return self._succeeds(["/bin/sh", "-c", 'cd -- "$1"', "sh", folder])

    def can_run(self, program: Path) -> bool:
        """Say whether this user can start the program with all its libraries."""
        return self._succeeds([program, "--version"])

    def take(self, folder: Path) -> None:
        """Make this user the owner of a folder with all it holds; only root ever has to."""
        if folder.lstat().st_uid == self.uid:
            return
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def _succeeds(self, command: Sequence[str | Path]) -> bool:
        try:
            return self.run(command).returncode == 0
        except (OSError, subprocess.SubprocessError):
            return False

    def _becoming(self, *, parent_pid: int) -> Callable[[], None]:
        inside = _inside_user() if self.in_namespace else None

        def in_the_child() -> None:
            if inside is not None:
                enter_user_namespace(inside, outer_uid=self.uid, outer_gid=self.gid)
            die_with_parent(signal.SIGINT, parent_pid=parent_pid)  # last: the steps before it would clear the wish

        return in_the_child


def possible_identities() -> list[Identity]:
    """Return whom this process may run PostgreSQL as, the best first.

    A user namespace keeps root's own files; where it is refused, as in most containers, a system user has to do.
    """
    if os.geteuid() != 0:
        return [Identity("the current user", os.geteuid(), os.getegid())]
    return [Identity("root in a user namespace", 0, os.getegid(), in_namespace=True), *system_users()]


def system_users() -> list[Identity]:
    """Return the users `postgres` and `nobody` as far as the machine has them."""
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return [Identity(f"user {name}", known[name].pw_uid, known[name].pw_gid) for name in USERS if name in known]


def owner_of(folder: Path) -> Identity | None:
    """Return the owner of an existing folder as an identity, when root may slip into it; otherwise None."""
    uid = folder.stat().st_uid
    if uid == 0 or os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return None  # initdb and psql need a user with a name
    return Identity(f"user {entry.pw_name}", uid, entry.pw_gid)


def enter_user_namespace(inside: pwd.struct_passwd, *, outer_uid: int, outer_gid: int) -> None:
    """Move this process into a user namespace of its own, where it is `inside` and no longer root."""
    if _libc.unshare(CLONE_NEWUSER) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    for file, text in (
        ("setgroups", "deny"),  # the kernel's condition for a group map without privilege
        ("uid_map", f"{inside.pw_uid} {outer_uid} 1"),
        ("gid_map", f"{inside.pw_gid} {outer_gid} 1"),
    ):
        with open(f"/proc/self/{file}", "w") as handle:
            handle.write(text)


def _inside_user() -> pwd.struct_passwd:
    """Return whom root is inside the namespace: any user with a name, since initdb asks for it, and never uid 0."""
    entries = [entry for entry in pwd.getpwall() if entry.pw_uid != 0]
    return min(entries, key=lambda entry: entry.pw_uid == OVERFLOW_UID, default=pwd.getpwuid(OVERFLOW_UID))
