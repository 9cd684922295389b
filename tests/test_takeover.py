"""How soon somebody goes on when a worker, or everything, was killed. Takes minutes: `make nightly`."""

from __future__ import annotations

import statistics

import pytest

from benchmarks.takeover import KILLS, LATENCY_SECONDS, restarts, takeovers
from tests.services import running_app

pytestmark = pytest.mark.nightly


@pytest.fixture(scope="module")
def app():
    with running_app(SIMULATOR_LATENCY=str(LATENCY_SECONDS)) as running:
        yield running


def test_the_next_model_call_starts_within_a_second_of_a_workers_death(app):
    times = takeovers(app, KILLS)

    print(f"median {statistics.median(times):.2f} s, longest {max(times):.2f} s of {len(times)}")
    assert len(times) >= 30
    assert statistics.median(times) < 1.0
    assert max(times) < 3.0


def test_after_a_restart_of_everything_the_next_model_call_starts_within_three_seconds(app):
    times = restarts(app)

    print(f"median {statistics.median(times):.2f} s, longest {max(times):.2f} s of {len(times)}")
    assert times
    assert max(times) < 3.0
