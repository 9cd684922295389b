"""What we install: all that we import, pinned, and nothing that would bind those who pass Sage Mode on."""

import re
import sys
from collections.abc import Iterable
from importlib.metadata import distribution, packages_distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.services import ROOT
from tests.test_import_direction import APPS, imports_of, modules_of

PERMISSIVE = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla Public|LGPL|Lesser General Public|Zope|ZPL|0BSD|"
    r"Unlicense|PostgreSQL|HPND|Public Domain)\b",
    re.IGNORECASE,
)


def pinned(file: str) -> dict[str, Requirement]:
    lines = [line.split("#")[0].strip() for line in (ROOT / file).read_text().splitlines()]
    found = [Requirement(line) for line in lines if line and not line.startswith("-")]
    return {canonicalize_name(each.name): each for each in found}


SHIPPED = pinned("requirements.txt") | pinned("requirements-providers.txt")


def brought_along(requirements: Iterable[Requirement]) -> set[str]:
    """Return the distributions that requirements need on this machine, with themselves."""
    seen: set[str] = set()
    waiting = [(each.name, extra) for each in requirements for extra in ("", *each.extras)]
    while waiting:
        name, extra = waiting.pop()
        if (key := canonicalize_name(name)) in seen and not extra:
            continue
        seen.add(key)
        for text in distribution(key).requires or ():
            needed = Requirement(text)
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                waiting += [(needed.name, each) for each in ("", *needed.extras)]
    return seen


def license_of(name: str) -> str:
    facts = distribution(name).metadata
    classifiers = [text for text in facts.get_all("Classifier") or () if text.startswith("License")]
    stated = [text[:200] for field in ("License-Expression", "License") for text in facts.get_all(field) or ()]
    return " ".join([*stated, *classifiers])


def test_everything_that_we_import_is_a_pinned_requirement_of_its_own():
    owners = packages_distributions()
    ours = {*APPS, "tests", "__future__"}
    imported = {name.split(".")[0] for app in APPS for path in modules_of(app) for name in imports_of(path)}

    missing = {
        name
        for name in imported - ours - sys.stdlib_module_names
        if not {canonicalize_name(owner) for owner in owners.get(name, ())} & set(SHIPPED)
    }

    assert missing == set()


def test_every_version_is_exact_and_every_package_that_comes_along_is_pinned_too():
    direct = SHIPPED | pinned("requirements-dev.txt")
    constraints = pinned("constraints.txt")

    assert [name for name, each in direct.items() if not str(each.specifier).startswith("==")] == []
    assert brought_along(direct.values()) - set(constraints) - {"pip", "setuptools", "wheel"} == set()
    assert {name for name, each in direct.items() if each.specifier != constraints[name].specifier} == set()


def test_run_time_dependencies_are_permissively_licensed():
    licenses = {name: license_of(name) for name in brought_along(SHIPPED.values())}

    assert {name: text for name, text in licenses.items() if not PERMISSIVE.search(text)} == {}
