"""The registry of roles. A new role is one new module here that declares `ROLE`."""

from agents.discovery import Registry
from agents.errors import UnknownRole
from agents.roles.role import Capability, Owed, Role

__all__ = ["ROLES", "Capability", "Owed", "Role", "get_role"]

ROLES = Registry(__name__, "ROLE", Role)


def get_role(key: str) -> Role:
    """Return the role called `key`; raises UnknownRole."""
    try:
        return ROLES[key]
    except KeyError:
        raise UnknownRole(f"There is no role “{key}”; known are {', '.join(ROLES)}.") from None
