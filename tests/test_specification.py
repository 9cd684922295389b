"""`docs/specification.md` names routes, tables, indexes and settings: they exist, and none is left out."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import resolve

from tests.services import ROOT

TEXT = (ROOT / "docs/specification.md").read_text()
OWN_APPS = ("accounts", "teams", "agents", "sessions_app")


def section(title: str) -> str:
    return TEXT.partition(f"### {title}\n")[2].partition("\n### ")[0]


ROUTES = re.findall(r"^\| ([A-Z]+) \| `([^`]+)` \|$", section("Routes"), re.MULTILINE)
TABLES = re.findall(r"^\| `([^`]+)` \| (\w+) \|$", section("Tables"), re.MULTILINE)
INDEXES = re.findall(r"`(\w+)`", section("Indexes"))


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "route"), ROUTES)
def test_every_route_takes_its_method(method, route):
    resolve(route)

    answer = Client().generic(method, route)

    assert answer.status_code not in (405, 500)


def test_every_table_of_ours_is_listed_with_its_app():
    tables = {(model._meta.db_table, model._meta.app_label) for model in apps.get_models(include_auto_created=False)}
    own = {(table, app) for table, app in tables if app in OWN_APPS}

    assert set(TABLES) == own


@pytest.mark.django_db
def test_every_index_exists_under_its_name():
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")
        names = {name for (name,) in cursor.fetchall()}

    assert set(INDEXES) - names == set()
    assert len(INDEXES) == 11


def test_settings_named_as_built_are_read():
    built = TEXT.partition("## 1. Settings")[2].partition("## 2.")[0]
    rows = [row for row in built.splitlines() if row.startswith("| `") and "| later" not in row]
    names = {name for row in rows for name in re.findall(r"`([A-Z][A-Z_]+)`", row)}
    settings = (ROOT / "sagemode/settings.py").read_text()

    assert names
    assert {name for name in names if f'"{name}"' not in settings} == set()
