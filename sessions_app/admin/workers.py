"""Signs of life of workers and reconcilers."""

from __future__ import annotations

from django.contrib import admin

from sessions_app.admin.read_only import ReadOnlyAdmin
from sessions_app.models import WorkerHeartbeat


@admin.register(WorkerHeartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ("owner", "cluster", "host", "running", "slots", "version", "seen_at")
    list_filter = ("cluster", "host", "version")
    search_fields = ("owner", "host")
    date_hierarchy = "seen_at"
    ordering = ("-seen_at", "-id")
