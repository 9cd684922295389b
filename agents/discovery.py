"""Registries that fill themselves from the modules of a package, so that one new file is one new entry."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType


def declared(package: ModuleType, name: str) -> Iterator[object]:
    """Yield the object called `name` of every module in `package` that declares one, by module name."""
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda found: found.name):
        entry = getattr(importlib.import_module(f"{package.__name__}.{module.name}"), name, None)
        if entry is not None:
            yield entry
