"""Wire servers as fixtures of every test."""

from collections.abc import Iterator

import pytest

from tests.wire.serving import WireServer


@pytest.fixture
def wire() -> Iterator[WireServer]:
    """A provider of models on the wire, that answers everything well until it is told otherwise."""
    with WireServer() as server:
        yield server
