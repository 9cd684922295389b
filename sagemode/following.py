"""What the commands that follow a session share: where they show it, how they are stopped, how they refuse."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from types import FrameType
from typing import Protocol

import psycopg
from django.core.checks import CheckMessage
from django.core.management.base import CommandError
from django.db import InterfaceError, OperationalError
from rich.console import Console

from accounts.errors import Refusal
from sagemode.call_checks import check_calls
from sagemode.own_workers import NoWorkers
from sagemode.postgres import DatabaseUnavailable
from sagemode.price_checks import check_prices
from sagemode.provider_checks import check_provider_settings
from sagemode.system_checks import check_roles_and_workflows, check_settings
from sessions_app.terminal.exit_codes import BAD_INPUT, NOT_COMPLETED
from sessions_app.terminal.json_lines import JsonLines
from sessions_app.terminal.live_view import LiveView
from sessions_app.terminal.plain_lines import PlainLines
from sessions_app.terminal.watching import Screen


def refuse_broken_settings() -> None:
    """Raise CommandError for settings that cannot work: what `start` checks, without loading every page for it."""
    found = (
        *check_settings(),
        *check_roles_and_workflows(),
        *check_prices(),
        *check_calls(),
        *check_provider_settings(),
    )
    for problem in filter(CheckMessage.is_serious, found):
        raise CommandError(f"{problem.msg} {problem.hint}", returncode=NOT_COMPLETED)


def folder_named(text: str) -> Path:
    """Return an argument as a folder. An empty one, such as an unset variable of a shell, is none: Path takes it for
    the current folder, and a bundle would replace the README that is there.
    """
    if not text.strip():
        raise argparse.ArgumentTypeError("is empty; name a folder")
    return Path(text)


class Output(Protocol):
    """What we ask of standard output, Django's wrapper of it, or a test's."""

    def write(self, text: str, /) -> object: ...

    def flush(self) -> object: ...

    def isatty(self) -> bool: ...


class Stopped(KeyboardInterrupt):
    """Somebody asked us to end by a signal; Ctrl-C is one of them."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Raise Stopped, once for each signal, when a person, a supervisor or a closed terminal asks us to end."""

    def stop(number: int, _: FrameType | None) -> None:
        raise Stopped(number)

    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup means it
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def refusals_as_sentences(*, refused: int = BAD_INPUT) -> Iterator[None]:
    """Turn what can go wrong into a sentence and an exit code: 2 for bad input, 1 for the rest.

    `refused` is the code for what the person may not do, or the state does not allow.
    """
    try:
        yield
    except Refusal as refusal:
        codes = {HTTPStatus.FORBIDDEN: refused, HTTPStatus.CONFLICT: refused}
        usual = BAD_INPUT if refusal.status < HTTPStatus.INTERNAL_SERVER_ERROR else NOT_COMPLETED
        raise CommandError(_told(refusal), returncode=codes.get(HTTPStatus(refusal.status), usual)) from refusal
    except (DatabaseUnavailable, NoWorkers) as error:
        raise CommandError(str(error), returncode=NOT_COMPLETED) from error
    except (OperationalError, InterfaceError, psycopg.OperationalError) as error:
        raise CommandError(f"The database does not answer: {error}".strip(), returncode=NOT_COMPLETED) from error


def _told(refusal: Refusal) -> str:
    sentences = [f"{field}: {' '.join(texts)}" for field, texts in refusal.errors.items()]
    return "\n".join(sentences) or refusal.detail


def say_to(output: Output) -> Callable[[str], None]:
    """Return a function that prints a line at once. It raises Stopped when nobody reads any more."""

    def say(line: str) -> None:
        try:
            output.write(f"{line}\n")
            output.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what Python still flushes at its end
            raise Stopped(signal.SIGPIPE) from None

    return say


def screen_for(output: Output, *, json: bool) -> Screen:
    """Return the live view for a terminal, lines for everything else, and JSON where that was asked for."""
    if json:
        return JsonLines(say_to(output))
    if output.isatty():
        return LiveView(Console(file=sys.stdout))
    return PlainLines(say_to(output))
