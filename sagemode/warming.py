"""What is loaded before processes are forked that run agent tasks."""

from __future__ import annotations

from functools import cache


@cache
def warm_up() -> None:
    """Load what every worker needs, so that processes share it and the first task of each does not wait."""
    from agents import checks, simulator  # noqa: F401
    from agents.checks.openapi import check_openapi
    from agents.deliverable import Artifact
    from sessions_app.engine import agent  # noqa: F401

    # The validator loads its schemas at first use: 0.15 s of CPU that the first session of each process would wait.
    check_openapi(Artifact(path="api/openapi.yaml", media_type="application/yaml", content="openapi: 3.1.0"))
