import os
import time

from sagemode import pulse, quarantine
from sagemode.quarantine import Ward
from tests.services import eventually, is_running


def fall_silent(parent_pid: int) -> None:
    """Be a patient that has begun well."""
    pulse.beat()
    time.sleep(60)


def test_a_frozen_process_is_ended_and_another_takes_its_place(settings, monkeypatch):
    settings.WATCHDOG_SECONDS = 1
    settings.QUARANTINE_PROCESSES = 1
    settings.SHUTDOWN_SECONDS = 1
    monkeypatch.setattr(quarantine, "_run_suspects", fall_silent)
    ward = Ward()
    ward.tend(1)
    [frozen] = ward.pids

    def replaced() -> bool:
        ward.tend(1)
        time.sleep(0.05)
        return ward.pids not in ([], [frozen])

    try:
        eventually(replaced, seconds=20, what="another process")

        assert not is_running(frozen)
    finally:
        left = ward.pids
        ward.close()
    assert not any(is_running(pid) for pid in left)


def test_no_more_processes_are_started_than_suspects_wait(settings, monkeypatch):
    settings.QUARANTINE_PROCESSES = 2
    settings.SHUTDOWN_SECONDS = 1
    monkeypatch.setattr(quarantine, "_run_suspects", fall_silent)
    ward = Ward()

    for waiting in (0, 1, 1, 9):
        ward.tend(waiting)

    try:
        assert len(set(ward.pids) - {os.getpid()}) == 2
    finally:
        ward.close()
