"""Artifacts, their versions, and what the checks said."""

from __future__ import annotations

from django.contrib import admin

from sessions_app.admin.read_only import ReadOnly, ReadOnlyAdmin
from sessions_app.models import Artifact, ArtifactCheck, ArtifactVersion


class VersionInline(ReadOnly, admin.TabularInline):
    model = ArtifactVersion
    fields = readonly_fields = ("version", "agent_task", "user", "media_type", "size", "sha256", "created_at")
    show_change_link = True
    extra = 0


@admin.register(Artifact)
class ArtifactAdmin(ReadOnlyAdmin):
    list_display = ("path", "session", "kind", "version", "created_at")
    list_filter = ("kind", "created_at")
    list_select_related = ("session",)
    list_without = ("session__brief",)
    search_fields = ("path", "session__feature_name")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    inlines = (VersionInline,)


@admin.register(ArtifactVersion)
class ArtifactVersionAdmin(ReadOnlyAdmin):
    list_display = ("artifact", "version", "author", "media_type", "size", "sha256", "created_at")
    list_filter = ("media_type", "agent_task__agent_role", "created_at")
    list_select_related = ("artifact", "agent_task", "user")
    list_without = ("content", "agent_task__input_data", "agent_task__output_data")
    search_fields = ("artifact__path", "sha256", "artifact__session__feature_name")
    date_hierarchy = "created_at"
    ordering = ("-id",)

    @admin.display(description="by")
    def author(self, version: ArtifactVersion) -> str:
        return version.agent_task.agent_role if version.agent_task else str(version.user)


@admin.register(ArtifactCheck)
class CheckAdmin(ReadOnlyAdmin):
    list_display = ("name", "status", "severity", "path", "line", "message", "session", "created_at")
    list_filter = ("status", "severity", "name", "created_at")
    list_select_related = ("session", "artifact_version__artifact")
    list_without = ("artifact_version__content", "session__brief")
    search_fields = ("name", "message", "session__feature_name", "artifact_version__artifact__path")
    date_hierarchy = "created_at"
    ordering = ("-id",)

    @admin.display(description="artifact")
    def path(self, check: ArtifactCheck) -> str:
        return check.artifact_version.artifact.path if check.artifact_version else ""
