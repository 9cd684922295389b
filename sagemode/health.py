"""Whether we work: for people, for load balancers, for the supervisor. No addresses and no secrets."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.api.problems import RETRY_LATER
from accounts.database.limits import time_limit
from agents.health import ProviderState, operator_states, unread_states
from sagemode.cache import ForgivingRedisCache
from sessions_app.queries.workers import living, queue_length

Check = dict[str, Any]
AWAY = (DatabaseError, InterfaceError)
DATABASE_SECONDS = 2.0  # who asks for our health wants to hear soon that there is none


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Answer while this process serves requests at all."""
    return JsonResponse({"status": "healthy"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 once the database is migrated and a worker has given a sign of life."""
    try:
        with time_limit(DATABASE_SECONDS):
            is_ready = _migrated() and living("agents") > 0
    except AWAY:
        is_ready = False
    answer = _answer({"status": "ready" if is_ready else "starting"}, is_ready)
    answer._has_been_logged = True  # type: ignore[attr-defined]  # asked every moment while we start; no error
    return answer


@require_safe
def overview(request: HttpRequest) -> JsonResponse:
    """Answer with one check per part; 503 only when the database is away."""
    checks: dict[str, Any] = {}
    states = unread_states()
    try:
        with time_limit(DATABASE_SECONDS):
            states = operator_states()
            checks["queue"] = _result(True, f"{queue_length()} messages waiting")
            checks["workers"] = _count(living("agents"), "worker")
            checks["reconciler"] = _count(living("reconciler"), "reconciler")
        checks["database"] = _result(True, "answers")
    except AWAY:
        checks["database"] = _result(False, "the database does not answer")
        for name in ("queue", "workers", "reconciler"):
            checks[name] = _result(False, "unknown while the database is away")
    checks["redis"] = _redis()
    checks["providers"] = {state.provider: _provider(state) for state in states}
    parts = [*(check for name, check in checks.items() if name != "providers"), *checks["providers"].values()]
    if checks["database"]["status"] != "healthy":
        status = "unhealthy"
    else:  # a provider that nobody has asked yet is no reason to worry
        status = "degraded" if any(check["status"] == "unhealthy" for check in parts) else "healthy"
    body = {"status": status, "version": settings.VERSION, "checks": checks}
    return _answer(body, status != "unhealthy")


def _answer(body: dict[str, Any], well: bool) -> JsonResponse:
    return JsonResponse(body, status=200 if well else 503, headers={} if well else RETRY_LATER)


def _result(healthy: bool, message: str) -> Check:
    return {
        "status": "healthy" if healthy else "unhealthy",
        "message": message,
        "checked_at": timezone.now().isoformat(),
    }


def _count(number: int, noun: str) -> Check:
    return _result(number > 0, f"{number} {noun}{'' if number == 1 else 's'}" if number else f"no {noun} is running")


def _migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _redis() -> Check:
    if not settings.REDIS_URL:
        return _result(True, "not configured")
    reachable = cast(ForgivingRedisCache, caches["default"]).reachable()
    return _result(reachable, "answers" if reachable else "Redis does not answer")


def _provider(state: ProviderState) -> Check:
    return {
        "status": state.status.value,
        "message": state.message,
        "latency_ms": state.latency_ms,
        "checked_at": state.checked_at.isoformat() if state.checked_at else None,
    }
