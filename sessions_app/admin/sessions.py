"""Sessions, stages, agent tasks, gates, questions and requirements."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.queries import signed_in_user
from sessions_app.admin.read_only import ReadOnly, ReadOnlyAdmin
from sessions_app.engine.apply import apply
from sessions_app.engine.writer import Rule
from sessions_app.errors import Refusal
from sessions_app.models import AgentTask, ExecutionSession, Gate, Question, Requirement, Stage
from sessions_app.rules.control import pause_session, resume_session, retry_session
from sessions_app.rules.gates import approve_gate
from sessions_app.rules.sessions import cancel_session, end_session

Sessions = QuerySet[ExecutionSession]


class StageInline(ReadOnly, admin.TabularInline):
    model = Stage
    fields = ("number", "title", "status", "round", "started_at", "ended_at")
    show_change_link = True
    extra = 0


class TaskInline(ReadOnly, admin.TabularInline):
    model = AgentTask
    fk_name = "session"
    fields = ("agent_role", "status", "attempt", "retry_count", "lost_count", "duration_seconds", "error_message")
    show_change_link = True
    extra = 0


@admin.register(ExecutionSession)
class SessionAdmin(ReadOnlyAdmin):
    list_display = (
        *("id", "feature_name", "team", "user", "status", "workflow_key", "model", "spent_usd", "budget_usd"),
        *("input_tokens", "output_tokens", "duration_seconds", "created_at"),
    )
    list_display_links = ("id", "feature_name")
    list_filter = ("status", "model", ("deleted_at", admin.EmptyFieldListFilter), "created_at")
    list_select_related = ("team", "user")
    list_without = ("brief",)
    search_fields = ("feature_name", "team__name", "user__username", "chain_id")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-id")
    inlines = (StageInline, TaskInline)
    actions = ("pause_sessions", "resume_sessions", "cancel_sessions", "end_sessions", "retry_sessions")

    @admin.display(description="workflow")
    def workflow_key(self, session: ExecutionSession) -> str:
        return str(session.workflow.get("key", ""))

    def has_steer_permission(self, request: HttpRequest) -> bool:
        """Whoever may change sessions may steer them; changing them in a form is nobody's."""
        return request.user.has_perm("sessions_app.change_executionsession")

    @admin.action(description="Pause selected sessions", permissions=["steer"])
    def pause_sessions(self, request: HttpRequest, sessions: Sessions) -> None:
        self._each(request, sessions, pause_session, "is paused", "are paused")

    @admin.action(description="Resume selected sessions", permissions=["steer"])
    def resume_sessions(self, request: HttpRequest, sessions: Sessions) -> None:
        self._each(request, sessions, resume_session, "goes on", "go on")

    @admin.action(description="Cancel selected sessions", permissions=["steer"])
    def cancel_sessions(self, request: HttpRequest, sessions: Sessions) -> None:
        self._each(request, sessions, cancel_session, "is cancelled", "are cancelled")

    @admin.action(description="End selected sessions", permissions=["steer"])
    def end_sessions(self, request: HttpRequest, sessions: Sessions) -> None:
        self._each(request, sessions, end_session, "is completed", "are completed")

    @admin.action(description="Retry selected sessions", permissions=["steer"])
    def retry_sessions(self, request: HttpRequest, sessions: Sessions) -> None:
        self._each(request, sessions, retry_session, "is tried again", "are tried again")

    def _each(self, request: HttpRequest, sessions: Sessions, rule: Rule, one: str, several: str) -> None:
        """Apply a rule to each session, and say what was done and what was refused."""
        done = 0
        for session_id, name in sessions.order_by("pk").values_list("pk", "feature_name"):
            try:
                apply(session_id, rule, by=signed_in_user(request).username)
                done += 1
            except Refusal as refusal:
                self.message_user(request, f"{name} ({session_id}): {refusal.detail}", messages.WARNING)
        if done:
            told = f"1 session {one}." if done == 1 else f"{done} sessions {several}."
            self.message_user(request, told, messages.SUCCESS)


@admin.register(Stage)
class StageAdmin(ReadOnlyAdmin):
    list_display = ("session", "number", "title", "status", "round", "started_at", "ended_at")
    list_display_links = ("title",)
    list_filter = ("status", "name", "created_at")
    list_select_related = ("session",)
    list_without = ("session__brief",)
    search_fields = ("session__feature_name", "title")
    date_hierarchy = "created_at"
    ordering = ("-id",)


@admin.register(AgentTask)
class TaskAdmin(ReadOnlyAdmin):
    """The stages of the queue as people see them; `group` is what their messages carry."""

    list_display = (
        *("id", "task_description", "session", "stage", "agent_role", "status", "attempt", "retry_count"),
        *("lost_count", "lease_owner", "lease_until", "duration_seconds", "group"),
    )
    list_display_links = ("id", "task_description")
    list_filter = ("status", "agent_role", ("error_message", admin.EmptyFieldListFilter), "created_at")
    list_select_related = ("session", "stage")
    list_without = ("input_data", "output_data", "session__brief")
    search_fields = ("session__feature_name", "agent_role", "lease_owner", "session__chain_id")
    date_hierarchy = "created_at"
    ordering = ("-id",)

    @admin.display(description="queue group")
    def group(self, task: AgentTask) -> str:
        return f"{task.session.chain_id}:{task.stage.number}"


@admin.register(Gate)
class GateAdmin(ReadOnlyAdmin):
    list_display = ("id", "session", "stage", "round", "status", "decided_by", "opened_at", "decided_at")
    list_filter = ("status", "opened_at")
    list_select_related = ("session", "stage", "decided_by")
    list_without = ("session__brief",)
    search_fields = ("session__feature_name", "decided_by__username", "feedback")
    date_hierarchy = "opened_at"
    ordering = ("-id",)
    actions = ("approve_gates",)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Whoever may change gates may approve them."""
        return request.user.has_perm("sessions_app.change_gate")

    @admin.action(description="Approve selected gates", permissions=["decide"])
    def approve_gates(self, request: HttpRequest, gates: QuerySet[Gate]) -> None:
        user, done = signed_in_user(request), 0
        for gate in gates.order_by("pk"):
            try:
                apply(gate.session_id, approve_gate, gate.pk, user_id=user.pk, by=user.username)
                done += 1
            except Refusal as refusal:
                self.message_user(request, f"Gate {gate.pk}: {refusal.detail}", messages.WARNING)
        if done:
            told = "1 gate is approved." if done == 1 else f"{done} gates are approved."
            self.message_user(request, told, messages.SUCCESS)


@admin.register(Question)
class QuestionAdmin(ReadOnlyAdmin):
    list_display = ("id", "text", "session", "agent", "answer", "answered_by", "deadline")
    list_display_links = ("id", "text")
    list_filter = (("answer", admin.EmptyFieldListFilter), "agent_task__agent_role", "deadline")
    list_select_related = ("session", "agent_task", "answered_by")
    list_without = ("session__brief", "agent_task__input_data", "agent_task__output_data")
    search_fields = ("text", "session__feature_name")
    date_hierarchy = "created_at"
    ordering = ("-id",)

    @admin.display(ordering="agent_task__agent_role")
    def agent(self, question: Question) -> str:
        return question.agent_task.agent_role


@admin.register(Requirement)
class RequirementAdmin(ReadOnlyAdmin):
    list_display = ("key", "text", "session", "kind", "source", "created_at")
    list_display_links = ("text",)
    list_filter = ("kind", "source", "created_at")
    list_select_related = ("session",)
    list_without = ("session__brief",)
    search_fields = ("text", "key", "session__feature_name")
    date_hierarchy = "created_at"
    ordering = ("-id",)
