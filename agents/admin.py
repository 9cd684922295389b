"""Keys of teams and the state of providers in the admin: which there are; never what a key is."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from agents.models import ProviderKey, ProviderStatus
from agents.rules.provider_keys import delete_key


class _ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ProviderKey)
class ProviderKeyAdmin(_ReadOnly):
    """To see who entered which, and to delete one; a key is entered on its team's page."""

    list_display = ("team", "provider", "origin", "created_by", "created_at", "last_used_at")
    list_filter = ("provider", ("created_at", admin.DateFieldListFilter))
    list_select_related = ("team", "created_by")
    search_fields = ("team__name", "origin")
    fields = ("team", "provider", "base_url", "origin", "created_by", "created_at", "last_used_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProviderKey]:
        return super().get_queryset(request).defer("encrypted_key")

    def delete_model(self, request: HttpRequest, obj: ProviderKey) -> None:
        assert isinstance(request.user, User), "the admin is for people"
        delete_key(obj, by=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ProviderKey]) -> None:
        for row in queryset:
            self.delete_model(request, row)


@admin.register(ProviderStatus)
class ProviderStatusAdmin(_ReadOnly):
    """As they were when they were last asked; the reconciler asks, and forgets rows that nobody needs."""

    list_display = ("provider", "team", "status", "latency_ms", "message", "checked_at", "since")
    list_filter = ("status", "provider")
    list_select_related = ("team",)
    search_fields = ("provider", "team__name")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
