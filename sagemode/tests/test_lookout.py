"""The process beside the reconciler that asks the providers."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest

from agents.health import operator_states
from agents.models import ProviderStatus
from sagemode import lookout as lookouts
from sagemode.lookout import Lookout
from tests.services import eventually, is_running
from tests.wire import WireServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lookout() -> Iterator[Lookout]:
    lookout = Lookout()
    yield lookout
    lookout.close()


@pytest.fixture
def openai(wire: WireServer, settings: Any) -> WireServer:
    settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = wire.openai_url, "sk-right"
    return wire


def pid_of(lookout: Lookout) -> int:
    assert lookout._process is not None, "nobody is asking"
    return lookout._process.pid or 0


def test_who_is_due_is_asked_by_another_process(lookout: Lookout, openai: WireServer) -> None:
    lookout.tend()
    pid = pid_of(lookout)

    eventually(lambda: operator_states()[1].is_healthy, seconds=30, what="an answer")

    assert pid != os.getpid()
    eventually(lambda: not is_running(pid), seconds=10, what="the end of whoever asked")


def test_nobody_is_forked_while_only_the_simulator_works(lookout: Lookout) -> None:
    lookout.tend()

    assert lookout._process is None
    assert not ProviderStatus.objects.exists()


def hang(parent_pid: int) -> None:
    time.sleep(60)


def test_a_process_that_hangs_holds_nobody_up_and_is_ended(
    lookout: Lookout, openai: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookouts, "_ask", hang)
    monkeypatch.setattr(lookouts, "LONGEST_SECONDS", 0.5)
    monkeypatch.setattr(lookouts, "LOOK_SECONDS", 0.0)

    began = time.monotonic()
    lookout.tend()
    assert time.monotonic() - began < 5
    hanging = pid_of(lookout)
    time.sleep(0.6)
    lookout.tend()

    assert not is_running(hanging)
    assert pid_of(lookout) != hanging


def test_an_error_of_its_own_is_logged_and_left_behind(
    lookout: Lookout, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> bool:
        raise ValueError("no such table")

    monkeypatch.setattr(lookouts, "is_one_due", fails)

    lookout.tend()

    assert "could not be looked after" in caplog.text
