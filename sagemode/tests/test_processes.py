"""A child's number stays its own until everything that it started has ended."""

import sys
from pathlib import Path

from sagemode.processes import Child, Restarts
from tests.services import eventually, is_running

LEAVES_A_CHILD = """
import os, time
if child := os.fork():
    print(child, flush=True)
else:
    time.sleep(60)
"""


def test_the_number_of_a_child_that_ended_is_nobody_elses_until_its_group_was_ended(tmp_path):
    child = Child("forgetful", [sys.executable, "-c", LEAVES_A_CHILD], log=tmp_path / "log")
    child.start()
    eventually(lambda: not child.running)
    own, left = child._process.pid, int((tmp_path / "log").read_text())
    assert Path(f"/proc/{own}").exists()
    assert is_running(left)

    assert child.ended_unasked()

    eventually(lambda: not is_running(left))
    assert not Path(f"/proc/{own}").exists()
    assert child.exit_code == 0


def test_who_ends_early_again_and_again_is_started_later_and_later():
    restarts = Restarts()

    assert [restarts.pause_after(1) for _ in range(6)] == [0.5, 1, 2, 4, 8, 10]
    assert restarts.pause_after(60) == 0
    assert restarts.pause_after(1) == 0.5
