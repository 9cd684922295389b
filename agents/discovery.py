"""Registries that fill themselves from the modules of a package, so that one new file is one new entry."""

import importlib
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Protocol, TypeVar


class Entry(Protocol):
    """What a registry holds: it knows its own name and its place in lists."""

    @property
    def key(self) -> str: ...

    @property
    def order(self) -> int: ...


E = TypeVar("E", bound=Entry)


class Registry(Mapping[str, E]):
    """The entries that the modules of a package declare under one name, by key, in their order."""

    def __init__(self, package: str, name: str, kind: type[E]) -> None:
        self._package, self._name, self._kind = package, name, kind
        self._entries: dict[str, E] = {}
        self.discover()

    def discover(self) -> None:
        """Read the package anew, with the folders that were added to its path since.

        Raises ValueError when two modules declare the same key, and then keeps what was there.
        """
        found = [entry for entry in declared(sys.modules[self._package], self._name) if isinstance(entry, self._kind)]
        entries = {entry.key: entry for entry in sorted(found, key=lambda entry: (entry.order, entry.key))}
        if len(entries) < len(found):
            keys = [entry.key for entry in found]
            doubled = sorted({key for key in keys if keys.count(key) > 1})
            raise ValueError(f"Two modules of {self._package} declare {doubled[0]}.")
        self._entries = entries

    def __getitem__(self, key: str) -> E:
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def declared(package: ModuleType, name: str) -> Iterator[object]:
    """Yield the object called `name` of every module in `package`, and in the packages in it, that declares one."""
    for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda found: found.name):
        module = importlib.import_module(f"{package.__name__}.{found.name}")
        entry = getattr(module, name, None)
        if entry is not None:
            yield entry
        if found.ispkg:
            yield from declared(module, name)
