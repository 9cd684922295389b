"""Teams, their members and their months in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from teams.models import Role, Team, TeamMembership, TeamMonth


class MembershipInline(admin.TabularInline):
    model = TeamMembership
    autocomplete_fields = ("user",)
    readonly_fields = ("joined_at",)
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[TeamMembership]:
        return super().get_queryset(request).select_related("user")


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    list_display = ("name", "owner", "is_shared", "members", "monthly_budget_usd", "created_at")
    list_filter = ("is_shared", ("created_at", admin.DateFieldListFilter))
    list_select_related = ("owner",)
    search_fields = ("name", "owner__username")
    autocomplete_fields = ("owner",)
    readonly_fields = ("version", "created_at", "updated_at")
    date_hierarchy = "created_at"
    inlines = (MembershipInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        return super().get_queryset(request).annotate(member_count=Count("memberships"))

    @admin.display(ordering="member_count")
    def members(self, team: Any) -> int:
        return team.member_count

    def save_model(self, request: HttpRequest, obj: Team, form: Any, change: bool) -> None:
        if change:
            obj.version += 1  # whoever has the team open elsewhere learns of it
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The owner has a membership as owner, also when the form said otherwise; a former owner stays as admin."""
        super().save_related(request, form, formsets, change)
        team: Team = form.instance
        team.memberships.filter(role=Role.OWNER).exclude(user=team.owner_id).update(role=Role.ADMIN)
        TeamMembership.objects.update_or_create(team=team, user=team.owner, defaults={"role": Role.OWNER})


@admin.register(TeamMembership)
class MembershipAdmin(admin.ModelAdmin):
    """To search people across teams; roles are changed in the team, which keeps its owner."""

    list_display = ("team", "user", "role", "joined_at")
    list_filter = ("role", "team__is_shared", ("joined_at", admin.DateFieldListFilter))
    list_select_related = ("team", "user")
    search_fields = ("team__name", "user__username")
    ordering = ("-joined_at", "-id")
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: TeamMembership | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: TeamMembership | None = None) -> bool:
        # Asked as well when a whole team is deleted, with which its owner's row may go.
        match = request.resolver_match
        alone = match is not None and (match.url_name or "").startswith("teams_teammembership_")
        return not alone and super().has_delete_permission(request, obj)


@admin.register(TeamMonth)
class TeamMonthAdmin(admin.ModelAdmin):
    """Read-only: the engine alone keeps these sums."""

    list_display = ("team", "month", "spent_usd", "reserved_usd")
    list_filter = ("month",)
    list_select_related = ("team",)
    search_fields = ("team__name",)
    date_hierarchy = "month"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: TeamMonth | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: TeamMonth | None = None) -> bool:
        return False
