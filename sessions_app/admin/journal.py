"""The journal: events, decisions, model calls, snapshots and heads of chains. Nobody changes it here either."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from sessions_app.admin.read_only import ReadOnlyAdmin
from sessions_app.events import EVENTS, source_of
from sessions_app.models import (
    AgentSnapshot,
    ChainCheckpoint,
    LLMCall,
    SessionDecision,
    SessionEvent,
    TaskDecision,
)


class TypeFilter(admin.SimpleListFilter):
    """The known types, instead of a scan of all events for the distinct ones."""

    title = "type"
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(type, type) for type in EVENTS]

    def queryset(self, request: HttpRequest, events: QuerySet[Any]) -> QuerySet[Any]:
        return events.filter(type=self.value()) if self.value() else events


@admin.register(SessionEvent)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("session", "seq", "type", "source", "at", "hash")
    list_display_links = ("seq", "type")
    list_filter = (TypeFilter, "at")
    list_select_related = ("session",)
    list_without = ("session__brief",)
    search_fields = ("session__feature_name", "hash", "type")
    date_hierarchy = "at"
    ordering = ("-id",)

    @admin.display
    def source(self, event: SessionEvent) -> str:
        return source_of(event.data)


@admin.register(ChainCheckpoint)
class CheckpointAdmin(ReadOnlyAdmin):
    list_display = ("session", "chain_id", "seq", "head", "count", "tombstone", "created_at")
    list_display_links = ("head",)
    list_filter = ("tombstone", "created_at")
    list_select_related = ("session",)
    list_without = ("session__brief",)
    search_fields = ("session__feature_name", "chain_id", "head")
    date_hierarchy = "created_at"
    ordering = ("-id",)


@admin.register(TaskDecision)
class TaskDecisionAdmin(ReadOnlyAdmin):
    list_display = ("label", "decision_text", "session", "agent", "category", "confidence", "status", "created_at")
    list_display_links = ("decision_text",)
    list_filter = ("status", "category", "agent_task__agent_role", "created_at")
    list_select_related = ("session", "agent_task")
    list_without = ("session__brief", "agent_task__input_data", "agent_task__output_data")
    search_fields = ("decision_text", "rationale", "session__feature_name")
    date_hierarchy = "created_at"
    ordering = ("-id",)

    @admin.display(description="number", ordering="number")
    def label(self, decision: TaskDecision) -> str:
        return f"D-{decision.number}"

    @admin.display(ordering="agent_task__agent_role")
    def agent(self, decision: TaskDecision) -> str:
        return decision.agent_task.agent_role


@admin.register(SessionDecision)
class SessionDecisionAdmin(ReadOnlyAdmin):
    list_display = ("label", "decision_text", "session", "user", "category", "confidence", "created_at")
    list_display_links = ("decision_text",)
    list_filter = ("confidence", "category", "created_at")
    list_select_related = ("session", "user")
    list_without = ("session__brief",)
    search_fields = ("decision_text", "rationale", "session__feature_name", "user__username")
    date_hierarchy = "created_at"
    ordering = ("-id",)

    @admin.display(description="number", ordering="number")
    def label(self, decision: SessionDecision) -> str:
        return f"H-{decision.number}"


@admin.register(LLMCall)
class CallAdmin(ReadOnlyAdmin):
    list_display = (
        *("id", "session", "agent", "call_key", "attempt", "status", "provider", "model", "input_tokens"),
        *("output_tokens", "cost_usd", "simulated", "latency_ms", "created_at"),
    )
    list_filter = ("status", "provider", "model", "simulated", "agent_task__agent_role", "created_at")
    list_select_related = ("session", "agent_task")
    list_without = ("request", "response", "session__brief", "agent_task__input_data", "agent_task__output_data")
    search_fields = ("session__feature_name", "call_key", "error")
    date_hierarchy = "created_at"
    ordering = ("-id",)

    @admin.display(ordering="agent_task__agent_role")
    def agent(self, call: LLMCall) -> str:
        return call.agent_task.agent_role


@admin.register(AgentSnapshot)
class SnapshotAdmin(ReadOnlyAdmin):
    list_display = ("agent_role", "round", "session", "capabilities", "created_at")
    list_filter = ("agent_role", "created_at")
    list_select_related = ("agent_task__session",)
    list_without = ("context_state", "agent_task__session__brief", "agent_task__input_data", "agent_task__output_data")
    search_fields = ("agent_role", "agent_task__session__feature_name")
    date_hierarchy = "created_at"
    ordering = ("-id",)

    @admin.display(ordering="agent_task__session")
    def session(self, snapshot: AgentSnapshot) -> str:
        return str(snapshot.agent_task.session)
