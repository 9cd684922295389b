"""What is loaded before processes are forked that run agent tasks."""

from __future__ import annotations

import gc
from functools import cache

from django.conf import settings


@cache
def warm_up() -> None:
    """Load what every worker needs, so that processes share it and the first task of each does not wait.

    Prices and schemas are read at their first use, and the collector is told to leave all of it alone: going through
    what was loaded would write to every page of it, and a page that is written to is shared no longer. Of providers
    only those are loaded that the operator has set up, and prices only where one of them is paid.
    """
    from agents import checks  # noqa: F401
    from agents.checks.openapi import check_openapi
    from agents.deliverable import Artifact
    from agents.health import operator_providers
    from agents.pricing import price_of
    from agents.providers import get_provider
    from sessions_app.engine import worker  # noqa: F401

    # The validator loads its schemas at first use: 0.15 s of CPU that the first session of each process would wait.
    check_openapi(Artifact(path="api/openapi.yaml", media_type="application/yaml", content="openapi: 3.1.0"))
    get_provider(settings.SAGE_MODEL)
    for name in operator_providers():
        get_provider(f"{name}:any")
        price_of(f"{name}:any")
    gc.collect()
    gc.freeze()
