"""What many tests of the agents look at."""

import pytest

from agents.tests.factories import SessionsOfBriefs


@pytest.fixture
def sessions() -> SessionsOfBriefs:
    return SessionsOfBriefs()
