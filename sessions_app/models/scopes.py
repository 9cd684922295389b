"""Who may see and who may change what belongs to a session: asked of team membership, in the query itself."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from teams.roles import Role


class SessionScopedQuerySet(models.QuerySet[Any]):
    """Scopes of every model that hangs on a session; `session_path` leads from the model to it."""

    session_path: ClassVar[str] = "session"

    def visible_to(self, user: settings.AUTH_USER_MODEL) -> Self:  # type: ignore[name-defined]
        """Keep the rows of sessions whose team `user` belongs to; deleted sessions are nobody's."""
        return self.filter(self._membership(user), **{self._to("deleted_at__isnull"): True})

    def editable_by(self, user: settings.AUTH_USER_MODEL) -> Self:  # type: ignore[name-defined]
        """Keep the visible rows whose team gave `user` a role that may change things."""
        editor = Q(**{self._to("team__memberships__role__in"): Role.editors()})
        return self.filter(self._membership(user) & editor, **{self._to("deleted_at__isnull"): True})

    def _membership(self, user: settings.AUTH_USER_MODEL) -> Q:  # type: ignore[name-defined]
        """One condition on one membership row; a personal team counts for its owner alone."""
        member = Q(**{self._to("team__memberships__user"): user})
        reachable = Q(**{self._to("team__is_shared"): True}) | Q(
            **{self._to("team__owner"): F(self._to("team__memberships__user"))}
        )
        return member & reachable

    def _to(self, lookup: str) -> str:
        return f"{self.session_path}__{lookup}" if self.session_path else lookup
