"""Folders for servers, and the two kinds of other process these tests need."""

import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.services import ROOT, app_environment


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data folder that every user of the machine can reach, with a path short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="sage-house-"))
    folder.chmod(0o755)
    yield folder / "var"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def python() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts another Python on a piece of our code, with a data folder; what still runs after the test is ended."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str, data_dir: Path, **variables: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=app_environment(data_dir, 0, is_measured=True, **variables),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def in_a_fork(work: Callable[[], object], *, uid: int | None = None) -> str:
    """Run `work` in a fork of this process, as another user if need be, and return what it returned or raised.

    A fork and no new Python: the interpreter itself may lie where that user cannot go.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if uid is not None:
                os.setgroups([])
                os.setgid(uid)
                os.setuid(uid)
            answer = str(work())
        except BaseException as error:
            answer = f"{type(error).__name__}: {error}\n{''.join(traceback.format_tb(error.__traceback__))}"
        os.write(writer, answer.encode()[:60_000])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answers:
        text = answers.read()
    os.waitpid(child, 0)
    return text
