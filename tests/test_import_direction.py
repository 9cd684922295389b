"""Imports point one way, between the apps and inside them, so that a change never surprises what lies below it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = [
    "accounts",
    "teams",
    "agents",
    "sessions_app",
    "sagemode",
]  # each imports those before it

# Inside an app: doors -> rules, queries -> models. What stands in no list (errors, events, texts) serves all of them.
DOORS = {"views", "api", "live", "tasks", "engine", "management", "admin", "forms", "urls", "middleware"}
MIDDLE = {"rules", "queries"}
FOUNDATION = {"models"}
FORBIDDEN = {"models": DOORS | MIDDLE, "rules": DOORS, "queries": DOORS}
EDGE_LIBRARIES = ("django.http", "django.shortcuts", "django.template", "django.views", "rest_framework", "channels")
WITHOUT_APPS = {"sagemode.postgres", "sagemode.supervisor", "sagemode.processes", "sagemode.settings"}


def modules_of(app: str) -> list[Path]:
    paths = (ROOT / app).rglob("*.py")
    return sorted(path for path in paths if not {"tests", "migrations"} & set(path.relative_to(ROOT).parts))


def imports_of(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, also inside functions, by its full name."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def starts_with(name: str, prefixes: set[str] | tuple[str, ...]) -> bool:
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)


@pytest.mark.parametrize("app", APPS)
def test_an_app_imports_only_itself_and_the_apps_before_it(app):
    later = set(APPS[APPS.index(app) + 1 :])

    against = [f"{path.relative_to(ROOT)}: {name}" for path in modules_of(app) for name in imports_of(path)
               if starts_with(name, later)]  # fmt: skip

    assert against == []


@pytest.mark.parametrize("app", APPS)
def test_rules_and_queries_know_no_door_and_models_know_neither(app):
    against = []
    for path in modules_of(app):
        layer = path.relative_to(ROOT / app).with_suffix("").parts[0]
        forbidden = {f"{app}.{other}" for app in APPS for other in FORBIDDEN.get(layer, ())}
        against += [f"{path.relative_to(ROOT)}: {name}" for name in imports_of(path) if starts_with(name, forbidden)]

    assert against == []


@pytest.mark.parametrize("app", APPS)
def test_a_rule_knows_no_request_no_serializer_and_no_template(app):
    against = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules_of(app)
        if path.relative_to(ROOT / app).parts[0].removesuffix(".py") == "rules"
        for name in imports_of(path)
        if starts_with(name, EDGE_LIBRARIES)
    ]

    assert against == []


@pytest.mark.parametrize("module", sorted(WITHOUT_APPS))
def test_what_runs_before_django_imports_no_app(module):
    seen, waiting = set(), [module]
    while waiting:
        name = waiting.pop()
        path = ROOT / (name.replace(".", "/") + ".py")
        if name in seen or not path.exists():
            continue
        seen.add(name)
        for imported in imports_of(path):
            assert not starts_with(imported, tuple(APPS[:-1])), f"{name} imports {imported}"
            waiting += [imported, imported.rpartition(".")[0]] if starts_with(imported, ("sagemode",)) else []
