"""Checks across artifacts: what they keep silent about, how they take hostile files, and how long they take."""

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from agents.checks import CHECKS
from agents.checks.bundle import Bundle, BundleArtifact, domain_of
from agents.checks.contract import CONTRACT_CHECKS, check_bundle
from agents.checks.contract.listed import table
from agents.checks.contract.views.amounts import measured, numbers_in, same_amounts
from agents.checks.contract.views.lined import Unreadable, parse
from agents.checks.contract.views.names import find, key
from agents.checks.contract.views.relational import read_relational
from agents.tests.bounds import BOUNDED_SECONDS
from agents.tests.strangers import STRANGERS

SIZE = 500_000
GOOD = STRANGERS["bakery"].bundle
PATHS = [artifact.path for artifact in GOOD.artifacts if not artifact.path.startswith(("docs/", "design/"))]


def with_file(bundle: Bundle, path: str, content: str) -> Bundle:
    artifacts = tuple(replace(each, content=content) if each.path == path else each for each in bundle.artifacts)
    return replace(bundle, artifacts=artifacts, domain=domain_of(artifacts))


def filled(text: str) -> str:
    return (text * (SIZE // len(text) + 1))[:SIZE]


def of_roles(bundle: Bundle, *roles: str) -> Bundle:
    """The bundle as it was when only `roles` had handed in."""
    return replace(
        bundle,
        roles=frozenset(roles),
        artifacts=tuple(each for each in bundle.artifacts if each.role in roles),
        decisions=tuple(each for each in bundle.decisions if each.role in roles),
    )


def test_what_has_not_been_handed_in_is_not_missed():
    architect = of_roles(GOOD, "architect")
    with_interface = of_roles(GOOD, "architect", "backend_dev")
    with_tables = of_roles(GOOD, "architect", "backend_dev", "dba")

    for bundle in (architect, with_interface, with_tables):
        assert [result for result in check_bundle(bundle) if result.status != "passed"] == []
    assert "contract.property_column" not in {result.name for result in check_bundle(with_interface)}
    assert "contract.property_column" in {result.name for result in check_bundle(with_tables)}
    assert "contract.operation_threat" not in {result.name for result in check_bundle(with_tables)}


def test_a_workflow_without_interface_and_tables_leaves_most_checks_silent():
    charter = BundleArtifact("docs/charter.md", "text/markdown", "# Charter\n\nR-1 is met.\n", "analyst", (1,))
    bundle = replace(GOOD, workflow="scoping", domain=None, artifacts=(charter,), roles=frozenset({"analyst"}))

    names = {result.name for result in check_bundle(bundle)}

    assert not names & {"contract.property_column", "contract.page_operation", "contract.operation_threat"}


def test_a_finding_names_file_line_and_what_to_do():
    schema = next(each for each in GOOD.artifacts if each.path == "db/schema.sql")
    spoiled = with_file(GOOD, "db/schema.sql", schema.content.replace('"fetchOn" date', '"fetchOn" boolean'))

    finding = next(result for result in check_bundle(spoiled) if result.status == "failed")

    assert (finding.name, finding.path) == ("contract.property_column", "api/openapi.json")
    assert finding.line is not None
    interface = next(each for each in GOOD.artifacts if each.path == "api/openapi.json")
    assert "fetchOn" in interface.content.splitlines()[finding.line - 1]
    assert finding.remedy


def test_the_same_bundle_is_judged_the_same_again():
    bundle = STRANGERS["gym"].bundle

    assert check_bundle(bundle) == check_bundle(bundle)


def test_a_long_row_of_findings_is_cut_and_counted():
    document = json.loads(next(each.content for each in GOOD.artifacts if each.path == "domain.json"))
    operation = document["operations"][0]
    dance = {**operation, "kind": "action", "verb": "dance"}
    document["operations"] += [{**dance, "key": f"dance_number_{number}"} for number in range(60)]
    spoiled = with_file(GOOD, "domain.json", json.dumps(document))

    found = [result for result in check_bundle(spoiled) if result.name == "contract.operation_interface"]

    assert len(found) == 21
    assert "more findings" in found[-1].message


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "[" * 999,
        "{" * 999,
        "x: &a [*a]",
        "'" * 999,
        "$$" * 999,
        "<" * 999,
        "```",
        "| a |\n|---|",
        "# ",
        "﻿{}",
    ],
)
def test_a_broken_file_breaks_no_comparison(path, text):
    results = check_bundle(with_file(GOOD, path, text))

    assert [result for result in results if "broke" in result.message] == []


HOSTILE = {
    "api/openapi.json": ["[", '{"a":', '{"openapi":"3.1.0","paths":{"/a":', "- a\n", "? ", "&a [*a, "],
    "db/schema.sql": [
        "create table a(b int);",
        "1+",
        "'",
        "$$",
        "$a$ ",
        "/*",
        "(",
        "create table a(b int check (b>1+1));",
    ],
    "web/pages.md": [
        "|",
        "`",
        "# /a\n",
        "| a | calls |\n| --- | --- |\n| x | `list_zz` |\n",
        "GET /orders ",
        "Route: /x\n",
    ],
    "web/tomorrow.html": [
        "<",
        "<!--",
        "<form ",
        "<a href='x.html'>",
        "<form action=/x method=post><input name=y>",
        'fetch("/x")',
    ],
    "security/threat-model.md": [
        "**",
        "| operation | baker |\n|---|---|\n| `getOrders` | yes |\n",
        "## Authorization\n- a\n",
    ],
    "ops/runbook.md": ["## Backup\n", "L-1 7 days ", "`A_PASSWORD` ", "“a b c d brief ", "1 000 ", "-----BEGIN "],
    "ops/compose.yaml": ["services: {a: ", "services:\n a:\n", "["],
    "domain.json": ["[", '{"entities":[', "x"],
}


@pytest.mark.parametrize(("path", "text"), [(path, text) for path, texts in HOSTILE.items() for text in texts])
def test_half_a_megabyte_of_anything_is_judged_within_bounds(path, text):
    prefix = {"api/openapi.json": "openapi: 3.1.0\npaths: ", "ops/compose.yaml": "", "db/schema.sql": "select "}.get(
        path, ""
    )
    hostile = with_file(GOOD, path, prefix + filled(text))
    started = time.process_time()

    results = check_bundle(hostile)

    assert time.process_time() - started < BOUNDED_SECONDS
    assert [result for result in results if "broke" in result.message] == []


GARBAGE = st.text(alphabet="|`#-/{}[]:<>\"'$;*\n \tabGETPOSTL19_&*", max_size=400)
NAMES = "openapi paths /a get components schemas Orders properties type enum allOf $ref security services secrets"
SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES.split()), inner, max_size=5),
    max_leaves=30,
)


@given(st.sampled_from(PATHS), GARBAGE, st.integers(0, 3000))
@example("db/schema.sql", "create table a (b c[]", 0)
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_garbage_in_the_middle_of_a_file_raises_nothing(path, garbage, at):
    content = next(each.content for each in GOOD.artifacts if each.path == path)

    results = check_bundle(with_file(GOOD, path, content[:at] + garbage + content[at:]))

    assert [result for result in results if "broke" in result.message] == []


@given(SHAPES)
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_documents_of_any_shape_raise_nothing(document):
    interface = {"openapi": "3.1.0", "paths": {}, **document} if isinstance(document, dict) else document
    compose = {"services": document}
    bundle = with_file(GOOD, "api/openapi.json", json.dumps(interface))

    results = check_bundle(with_file(bundle, "ops/compose.yaml", json.dumps(compose)))

    assert [result for result in results if "broke" in result.message] == []


@pytest.mark.parametrize(
    ("name", "other"),
    [("OrderLines", "order_line"), ("order-lines", "orderLine"), ("addresses", "Address"), ("categories", "category"),
     ("statuses", "status"), ("Bücher", "buch"), ("rowery", "rower"), ("people", "person")],
)  # fmt: skip
def test_names_are_the_same_in_any_style_and_number(name, other):
    assert find(other, ["something", name]) == name


def test_names_that_only_begin_alike_are_not_the_same():
    assert find("note", ["notes_journal", "notification"]) is None
    assert key("order") != key("order_line")


def test_lines_of_yaml_and_json_are_those_of_the_file():
    document = parse("a.yaml", "a: 1\nb:\n  - x\n  - {c: yes, d: 'no'}\n")
    same = parse("a.json", '{\n\t"a": 1,\n\t"b": ["x", {"c": "\\ud83d\\ude00 \\/"}]\n}')

    assert (document.line_of("b"), document.items_of("b")[1][1]) == (2, 4)
    assert same.line_of("b") == 3
    assert same["b"][1]["c"] == "😀 /"
    with pytest.raises(Unreadable):
        parse("a.json", '{"a": [}')


def test_a_table_is_put_together_from_all_its_statements():
    text = """
-- a table
CREATE TABLE a (id int, b text, c int); CREATE TABLE broken (;
/* its keys */
ALTER TABLE ONLY a ADD PRIMARY KEY (id);
ALTER TABLE a ADD CONSTRAINT b_is CHECK (b IN ('x', 'y; z'));
CREATE UNIQUE INDEX ON a (lower(b));
ALTER TABLE a ADD FOREIGN KEY (c) REFERENCES d;
"""

    view = read_relational([("a.sql", text)])
    made = view.tables["a"]

    assert made.line == 3
    assert made.columns["b"].values == ("x", "y; z")
    assert [(each.kind, each.columns) for each in made.uniques] == [("primary", ("id",)), ("unique", ("b",))]
    assert [(each.target, each.line) for each in made.foreign_keys] == [("d", 8)]
    assert view.broken == [("a.sql", 3)]


def test_an_amount_is_the_same_in_other_units():
    assert {90, 5400} <= same_amounts("90", "minute")
    assert 2_000_000 in same_amounts("2", "MB")
    assert {3000} <= numbers_in("3,000 events")
    assert same_amounts("many", "") == set()
    assert 60 in measured("Der Code gilt eine Stunde.", "minute")


def test_every_check_is_described():
    text = (Path(settings.BASE_DIR) / "docs" / "checks.md").read_text()

    assert table() in text
    assert [name for name in CHECKS if f"| `{name}` |" not in text] == []
    assert len({check.name for check in CONTRACT_CHECKS}) == len(CONTRACT_CHECKS)
