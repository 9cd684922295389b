import pytest

from agents.checks import CHECKS, check_deliverable
from agents.deliverable import Artifact, Deliverable
from agents.roles import get_role

PAGE = '<!doctype html><html lang="en"><head><title>Page</title></head><body><h1>P</h1>{}</body></html>'
OPENAPI = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"


def results(check: str, path: str, text: str):
    return CHECKS[check](Artifact(path=path, content=text))


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        ("json", "a.json", '{"a": [1, 2]}'),
        ("yaml", "a.yaml", "a: 1\nb: [x]\n"),
        ("sql", "a.sql", "CREATE TABLE a (id bigint PRIMARY KEY, at timestamptz DEFAULT now());"),
        ("html", "a.html", PAGE.format('<p>One<p>Two<br><ul><li>x<li>y</ul><label for="i">L</label><input id="i">')),
        ("html", "a.html", PAGE.format('<svg><path d="M0 0"/></svg><label>L <input></label><input type="hidden">')),
        (
            "openapi",
            "a.yaml",
            OPENAPI + "paths: {/a: {get: {operationId: a, responses: {'200': {description: ok}}}}}\n",
        ),
    ],
)
def test_what_is_right_passes(check, path, text):
    assert [result.status for result in results(check, path, text)] == ["passed"]


@pytest.mark.parametrize(
    ("check", "text", "line", "message"),
    [
        ("json", '{\n "a": 1,\n}', 3, "no JSON"),
        ("json", '{"a": NaN}', None, "NaN"),
        ("json", '{"a": 1, "a": 2}', None, "twice"),
        ("yaml", "a: 1\n b: 2\n", 2, "no YAML"),
        ("yaml", "just a word", None, "no mapping"),
        ("yaml", "a: &a [x]\n" + "b: [" + "*a, " * 300 + "x]", None, "aliases"),
        ("sql", "CREATE TABLE a (id bigint);\nCREATE TALBE b (id bigint);", 2, "no PostgreSQL"),
        ("sql", "-- nothing", None, "no statement"),
        ("html", PAGE.format("\n<div><p>x</div></p>"), 2, "closes nothing"),
        ("html", PAGE.format("\n\n<section><h2>x</h2>"), 3, "never closed"),
        ("html", PAGE.format("\n<input name=x>"), 2, "no label"),
        ("html", PAGE.format('<p id="a">x</p>\n<p id="a">y</p>'), 2, "twice"),
        ("html", PAGE.format('\n<img src="x.png">'), 2, "alternative"),
        ("html", "<html><head><title>t</title></head><body></body></html>", 1, "language"),
        ("html", '<html lang="en"><body></body></html>', 1, "title"),
        ("openapi", "openapi: 3.0.0\n", 1, "3.1"),
        ("openapi", OPENAPI + "paths: {/a: {get: {responses: 5}}}\n", 3, "paths"),
        (
            "openapi",
            OPENAPI + "paths:\n  /b: {}\n  '/a/{id}': {get: {responses: {'200': {description: ok}}}}\n",
            5,
            "id",
        ),
        (
            "openapi",
            OPENAPI + "paths: {}\ncomponents:\n  schemas:\n    A: {$ref: 'file:///etc/passwd'}\n",
            6,
            "leads out",
        ),
        ("openapi", OPENAPI + "paths:\n  /a:\n    $ref: 'http://127.0.0.1:1/a.yaml'\n", 5, "leads out"),
        (
            "openapi",
            OPENAPI + "paths: {}\ncomponents:\n  schemas:\n    A: {$ref: '#/components/schemas/B'}\n",
            6,
            "nowhere",
        ),
        ("yaml", "a: 1\nb: 2\na: 3\n", 3, "twice"),
    ],
)
def test_what_is_wrong_is_found_with_line_and_remedy(check, text, line, message):
    found = results(check, f"a.{check}", text)

    assert found[0].status == "failed"
    assert found[0].severity == "error"
    assert message in found[0].message
    assert found[0].remedy
    assert found[0].line == line


def test_a_missing_and_an_empty_owed_artifact_fail():
    deliverable = Deliverable(summary="Half.", artifacts=[Artifact(path="api/README.md", content="  ")])

    found = check_deliverable(get_role("backend_dev"), deliverable)

    assert {(result.path, result.status) for result in found} == {
        ("api/openapi.yaml", "failed"),
        ("api/README.md", "failed"),
    }


def test_an_artifact_nobody_asked_for_is_checked_by_its_name():
    deliverable = Deliverable(summary="More.", artifacts=[Artifact(path="extra/data.json", content="{")])

    found = check_deliverable(get_role("architect"), deliverable)

    assert [result.name for result in found if result.path == "extra/data.json"] == ["json"]
