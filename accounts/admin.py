"""People in the admin."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm

from accounts.models import User


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("username", "email", "name")


@admin.register(User)
class PeopleAdmin(UserAdmin):
    list_display = ("username", "email", "name", "is_active", "is_staff", "last_login", "created_at")
    list_filter = ("is_active", "is_staff", "is_superuser", ("created_at", admin.DateFieldListFilter))
    search_fields = ("username", "email", "name")
    ordering = ("-created_at", "-id")
    date_hierarchy = "created_at"
    readonly_fields = ("last_login", "created_at", "updated_at")
    add_form = NewUserForm
    fieldsets = (
        (None, {"fields": ("username", "email", "name", "password")}),
        ("Permissions", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        ("Dates", {"fields": ("last_login", "created_at", "updated_at")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "email", "name", "usable_password", "password1", "password2"),
            },
        ),
    )
