"""The laboratory's run in small, within three minutes; `make chaos` is the long one."""

from __future__ import annotations

import pytest

from tests.chaos.run import Wanted, run


def test_nothing_is_lost_doubled_or_left_out_while_everything_breaks(tmp_path):
    report = run(Wanted(faults=12, sessions=20, seed=4, lease_seconds=3), tmp_path)

    print(report.table())
    assert report.failures() == []


@pytest.mark.nightly
def test_nothing_is_lost_doubled_or_left_out_in_a_long_run(tmp_path):
    report = run(Wanted(faults=300, sessions=500, seed=1), tmp_path)

    print(report.table())
    assert report.failures() == []
