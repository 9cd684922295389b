"""Whatever a file holds, a check answers, in time; it never raises, and never ends its process."""

import copy
import json
import time

import pytest
import yaml

from agents.checks import CHECKS
from agents.checks.openapi import check_openapi
from agents.deliverable import Artifact
from agents.tests.bounds import BOUNDED_SECONDS

STRANGE = {
    "nothing": "",
    "white space": " \n\t\r\n\x0b\x0c",
    "NUL": "a\0b",
    "half a character": "a: \ud800",
    "a mark": "\ufeff{}",
    "right to left": "\u202e<p>\u202c",
    "null": "null",
    "a number": "1",
    "a list": "[]",
    "lists in lists": "[[[[]]]]",
    "numbers as keys": "{1: {2: 3}, null: 4, true: {}, 1.5: []}",
    "lists as keys": "? [a, b]\n: c\n",
    "mappings as keys": "? {a: b}\n: c\n",
    "a merge": "a: &a {b: 1}\nc: {<<: *a}\n",
    "a merge of itself": "a: &a {<<: *a}\n",
    "a date": "2024-01-01: 2024-13-41",
    "binary": "a: !!binary ////",
    "a set": "!!set {a, b}",
    "pairs": "!!omap [a: 1]",
    "an interface of nothing": "openapi: 3.1.0",
    "an interface of lists": "openapi: 3.1.0\ninfo: []\npaths: []\ncomponents: []\nservers: []\n",
    "an interface with odd keys": "openapi: 3.1.0\ninfo: {title: T, version: 1}\npaths: {1: {}, /a: {get: 1}}\n",
    "a circle": "openapi: 3.1.0\npaths: &a {b: *a}\n",
    "one of each": "<a>[{('\"`$$\\%;--/*#-->:|>&*!?@",
    "crlf": "CREATE TABLE a (\r\n b int\r\n);\r\n# a\r\n```mermaid\r\nflowchart LR\r\nA --> B\r\n```\r\n",
}


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_answers_for_every_strange_file(check):
    for name, text in STRANGE.items():
        for path in ("docs/adr/0001-x.md", "a.mmd", "a.json"):
            artifact = Artifact.model_construct(path=path, media_type="text/plain", content=text, implements=[])

            found = CHECKS[check](artifact)

            assert all(result.status in ("passed", "warning", "failed") for result in found), name


def test_line_ends_of_windows_change_no_finding():
    text = STRANGE["crlf"]

    assert CHECKS["mermaid"](Artifact(path="a.md", content=text))[0].status == "passed"
    assert CHECKS["html"](Artifact(path="a.html", content="<!doctype html>\r\n<p>\r\n<b>"))[0].line == 1


INTERFACE = """\
openapi: 3.1.0
info: {title: Shop, version: "1"}
servers: [{url: /api}]
tags: [{name: orders}]
paths:
  /orders/{id}:
    get:
      operationId: getOrder
      parameters: [{name: id, in: path, required: true, schema: {type: integer, default: 1}}]
      responses: {"200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}}}
components:
  securitySchemes: {session: {type: apiKey, in: cookie, name: sid}}
  schemas:
    Order: {type: object, required: [id], properties: {id: {type: integer}, state: {enum: [open], default: open}}}
"""


def test_no_shape_of_any_part_of_an_interface_stops_the_check():
    good = yaml.safe_load(INTERFACE)
    assert [result.status for result in check_openapi(Artifact(path="a.yaml", content=INTERFACE))] == ["passed"]

    for path in paths_of(good):
        for strange in (None, [], {}, 0, "x", [{"$ref": 1}], {"$ref": "#/paths/1/x"}):
            at = document = copy.deepcopy(good)
            for step in path[:-1]:
                at = at[step]
            at[path[-1]] = strange

            found = check_openapi(Artifact(path="a.yaml", content=json.dumps(document)))

            assert found
            assert all(result.line for result in found if result.status == "failed")


def paths_of(value, path=()):
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in pairs:
        yield (*path, key)
        yield from paths_of(part, (*path, key))


SCHEMAS = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\ncomponents: {schemas: {A: %s}}\n"
HOSTILE = {
    "a pattern and its default": "{type: string, pattern: '(a+)+$', default: '" + "a" * 40 + "!'}",
    "a list that must be unique": "{uniqueItems: true, default: [" + ",".join(f"{{a: {n}}}" for n in range(900)) + "]}",
    "a default that is long": "{default: [" + "[[[1]]]," * 900 + "]}",
    "schemas in schemas": "{not: " * 90 + "{}" + "}" * 90,
    "many parts": "{allOf: [" + ",".join(["{type: string, enum: [a, b, c, d]}"] * 990) + "]}",
    "references to each other": "{$ref: '#/components/schemas/A'}",
    "branches": "{anyOf: [" + ",".join(["{anyOf: [{type: 5}, {type: 6}]}"] * 400) + "]}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_interface_takes_little_time(name):
    began = time.process_time()

    assert check_openapi(Artifact(path="a.yaml", content=SCHEMAS % HOSTILE[name]))

    assert time.process_time() - began < BOUNDED_SECONDS
