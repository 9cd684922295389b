"""Keys of the house (one signs cookies and queue messages, one encrypts fields): generated once while only this machine
can reach us."""

from __future__ import annotations

import os
import secrets
import time
from ipaddress import ip_address
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def secret_key(data_dir: Path, *, host: str) -> str:
    """Return the key that signs, kept in `data_dir`; see `generated_key`."""
    return generated_key(data_dir / "secret_key", host=host, variable="SECRET_KEY")


def generated_key(path: Path, *, host: str, variable: str) -> str:
    """Return the key kept at `path`, made on first use (mode 0600).

    Raises ImproperlyConfigured when `host` is not loopback: who serves others sets `variable` to a key of their own.
    """
    if not is_loopback(host):
        raise ImproperlyConfigured(f"HOST={host} can be reached by others: set {variable} to a long random text.")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(path, variable)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))
    return _read(path, variable)


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach a server that listens on `host`."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _read(path: Path, variable: str) -> str:
    # Another process may have created the file an instant ago and not written it yet.
    for _ in range(50):
        if key := path.read_text().strip():
            return key
        time.sleep(0.02)
    raise ImproperlyConfigured(f"{path} is empty: delete it or set {variable}.")
