"""Twelve bugs that the checker must find, each a patch that one process can be given.

`SAGE_LAB_BUGS=name[,name]` plants them in every Django process of the laboratory's house. A patch whose place is gone
fails loudly: a bug that does nothing would prove nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from django.dispatch import Signal

NAMES = (
    "no_fence",
    "attempt_counted_at_end",
    "acknowledged_before_commit",
    "message_outside_transaction",
    "application_clock",
    "renewal_without_deadline",
    "one_shot_recovery",
    "no_unique_key",
    "double_refund",
    "socket_without_sequence",
    "budget_checked_after",
    "missing_cleaning",
)

_undo: list[Callable[[], object]] = []


def bug(name: str) -> ModuleType:
    """Return a bug's module: NAME, what it does as its docstring, and `plant()`."""
    return import_module(f"{__name__}.{name}")


def plant(name: str) -> None:
    """Plant a bug in this process."""
    bug(name).plant()


def uproot() -> None:
    """Take every planted bug out of this process."""
    while _undo:
        _undo.pop()()


def replace(owner: Any, name: str, value: Any) -> Any:
    """Put `value` in the place of an attribute, and return what was there. AssertionError when there was nothing."""
    assert hasattr(owner, name), f"{owner} has no {name} any more: look where this bug belongs now"
    former = getattr(owner, name)
    _undo.append(lambda: setattr(owner, name, former))
    setattr(owner, name, value)
    return former


def connect(signal: Signal, receiver: Callable[..., object]) -> None:
    """Have a signal of Django call `receiver`."""
    signal.connect(receiver)
    _undo.append(lambda: signal.disconnect(receiver))


def without(text: str, pattern: str) -> str:
    """Return `text` without what matches the pattern. AssertionError when nothing does."""
    assert re.search(pattern, text), f"{pattern!r} is not there any more: look where this bug belongs now"
    return re.sub(pattern, "", text)
