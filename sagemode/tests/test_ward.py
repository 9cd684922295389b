import sys
import time

from sagemode import quarantine
from sagemode.quarantine import Ward
from tests.services import eventually, is_running

SILENT = "import time\nfrom sagemode import pulse\npulse.beat()\ntime.sleep(60)"


def pids(ward: Ward) -> list[int]:
    return [process._process.pid for process in ward._processes]


def test_a_frozen_process_is_ended_and_another_takes_its_place(settings, monkeypatch):
    settings.WATCHDOG_SECONDS = 1
    settings.QUARANTINE_PROCESSES = 1
    settings.SHUTDOWN_SECONDS = 1
    monkeypatch.setattr(quarantine, "COMMAND", [sys.executable, "-c", SILENT])
    ward = Ward()
    ward.tend(1)
    [frozen] = pids(ward)

    def replaced() -> bool:
        ward.tend(1)
        time.sleep(0.05)
        return pids(ward) not in ([], [frozen])

    try:
        eventually(replaced, seconds=20, what="another process")

        assert not is_running(frozen)
    finally:
        left = pids(ward)
        ward.close()
    assert not any(is_running(pid) for pid in left)


def test_no_more_processes_are_started_than_suspects_wait(settings, monkeypatch):
    settings.QUARANTINE_PROCESSES = 2
    settings.SHUTDOWN_SECONDS = 1
    monkeypatch.setattr(quarantine, "COMMAND", [sys.executable, "-c", SILENT])
    ward = Ward()

    for waiting in (0, 1, 1, 9):
        ward.tend(waiting)

    try:
        assert len(pids(ward)) == 2
    finally:
        ward.close()
