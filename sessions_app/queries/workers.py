"""Who works, and how much waits."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import DateTimeField, ExpressionWrapper, QuerySet
from django.db.models.functions import Now
from django_q.models import OrmQ

from sessions_app.models import WorkerHeartbeat

ALIVE_SECONDS = 15  # a process that was silent for longer counts as gone


def living(cluster: str) -> int:
    """Return how many processes of a cluster (`agents`, `reconciler`) gave a sign of life lately."""
    return _seen_lately(cluster).count()


def living_owners(cluster: str) -> list[str]:
    """Return which processes those are, as `engine.owner` names them."""
    return list(_seen_lately(cluster).values_list("owner", flat=True))


def _seen_lately(cluster: str) -> QuerySet[WorkerHeartbeat]:
    since = ExpressionWrapper(Now() - timedelta(seconds=ALIVE_SECONDS), output_field=DateTimeField())
    return WorkerHeartbeat.objects.filter(cluster=cluster, seen_at__gt=since)


def queue_length() -> int:
    """Return how many messages wait or are being handed over."""
    return OrmQ.objects.count()
