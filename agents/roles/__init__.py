"""The registry of roles. A new role is one new module here that declares `ROLE`."""

import sys
from collections.abc import Mapping
from types import MappingProxyType

from agents.discovery import declared
from agents.errors import UnknownRole
from agents.roles.role import Capability, Owed, Role

__all__ = ["ROLES", "Capability", "Owed", "Role", "get_role"]


def _discover() -> Mapping[str, Role]:
    found = [entry for entry in declared(sys.modules[__name__], "ROLE") if isinstance(entry, Role)]
    return MappingProxyType({role.key: role for role in sorted(found, key=lambda role: (role.order, role.key))})


ROLES: Mapping[str, Role] = _discover()


def get_role(key: str) -> Role:
    """Return the role called `key`; raises UnknownRole."""
    try:
        return ROLES[key]
    except KeyError:
        raise UnknownRole(f"There is no role “{key}”; known are {', '.join(ROLES)}.") from None
