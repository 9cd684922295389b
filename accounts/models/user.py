from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Lower

from accounts.models.clock import CreatedAtField, UpdatedAtField
from accounts.text import validate_storable
from accounts.usernames import LONGEST_USERNAME, validate_username


class UserQuerySet(models.QuerySet["User"]):
    def named(self, username: str) -> UserQuerySet:
        """The one user of that name, whatever its case; served by the index of the unique constraint."""
        return self.alias(username_lower=Lower("username")).filter(username_lower=Lower(models.Value(username)))

    def with_email(self, email: str) -> UserQuerySet:
        return self.alias(email_lower=Lower("email")).filter(email_lower=Lower(models.Value(email)))

    def known_as(self, login: str) -> UserQuerySet:
        """Who signs in with this word: an e-mail address holds an @, a username never does."""
        return self.with_email(login) if "@" in login else self.named(login)


class PeopleManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    use_in_migrations = False

    def get_by_natural_key(self, username: str | None) -> User:
        """Django's sign-in asks here, so every door of it takes an e-mail address as well."""
        return self.known_as(username or "").get()


class User(AbstractUser):
    """A person. The username is public, the e-mail address is not."""

    first_name = None  # type: ignore[assignment]  # one field `name`: not everyone has two names
    last_name = None  # type: ignore[assignment]
    date_joined = None  # type: ignore[assignment]  # created_at says it

    username = models.CharField(
        max_length=LONGEST_USERNAME,
        unique=True,
        validators=[validate_username],
        error_messages={"unique": "User already exists"},
    )
    email = models.EmailField("e-mail", max_length=254)
    name = models.CharField(max_length=255, blank=True, default="", validators=[validate_storable])
    password = models.CharField(max_length=128, db_column="password_hash")
    created_at = CreatedAtField()
    updated_at = UpdatedAtField()

    objects: ClassVar[PeopleManager] = PeopleManager()

    class Meta:
        db_table = "users"
        ordering = ("username",)
        constraints = [
            models.UniqueConstraint(
                Lower("username"), name="users_username_any_case", violation_error_message="User already exists"
            ),
            models.UniqueConstraint(
                Lower("email"), name="users_email_any_case", violation_error_message="User already exists"
            ),
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="idx_users_created")]

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        return self.name or self.username

    def get_short_name(self) -> str:
        return self.username
