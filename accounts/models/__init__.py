from accounts.models.clock import CreatedAtField, UpdatedAtField
from accounts.models.user import User, UserQuerySet

__all__ = ["CreatedAtField", "UpdatedAtField", "User", "UserQuerySet"]
