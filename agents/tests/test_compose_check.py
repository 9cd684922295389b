"""Compose files and CI workflows are read by the structure of their specifications."""

import copy
import json
import time
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from agents.checks.ci import check_ci
from agents.checks.compose import check_compose
from agents.checks.documents import check_yaml
from agents.deliverable import Artifact
from agents.tests.bounds import BOUNDED_SECONDS

GOOD = """\
name: shop
services:
  web:
    image: shop:latest
    command: ["serve"]
    ports: ["127.0.0.1:8000:8000", "${PORT:-8080}:80/tcp", {target: 9000}]
    environment:
      DATABASE_URL: postgres://shop:${DB_PASSWORD:?set it}@database/shop
      API_TOKEN_FILE: /run/secrets/api_token
      SECRET_KEY: ${SECRET_KEY}
    secrets: [api_token]
    networks: [inside]
    depends_on:
      database: {condition: service_healthy}
    healthcheck: {test: ["CMD", "true"], interval: 10s, timeout: 1m30s}
  database:
    image: postgres:18.1
    volumes: ["data:/var/lib/postgresql", "./init:/docker-entrypoint-initdb.d:ro"]
    networks: {inside: {}}
    healthcheck: {test: "pg_isready"}
  migrate:
    build: .
    restart: "no"
networks: {inside: }
volumes:
  data:
secrets:
  api_token: {file: ./token}
"""
WORKFLOW = """\
name: CI
on:
  push: {branches: [main]}
jobs:
  lint:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: make lint
  test:
    needs: [lint]
    runs-on: ubuntu-24.04
    services: {postgres: {image: "postgres:18"}}
    steps:
      - {uses: actions/checkout@v4, with: {fetch-depth: 1}}
      - {name: Test, run: make test}
"""


def composed(text: str):
    return check_compose(Artifact(path="ops/compose.yaml", content=text))


def worked(text: str):
    return check_ci(Artifact(path="ops/ci.yml", content=text))


def test_good_files_pass_and_so_do_our_own():
    root = Path(settings.BASE_DIR)

    assert [result.status for result in composed(GOOD)] == ["passed"]
    assert [result.status for result in worked(WORKFLOW)] == ["passed"]
    assert {result.status for result in composed((root / "compose.yaml").read_text())} <= {"passed", "warning"}
    assert [result.status for result in worked((root / ".github/workflows/test.yml").read_text())] == ["passed"]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("    command: [", "    comand: [", 5, "comand"),
        ("    image: postgres:18.1\n", "", 16, "neither image nor build"),
        ('["CMD", "true"]', '["true"]', 15, "CMD"),
        ("interval: 10s", "interval: soon", 15, "no duration"),
        ("service_healthy", "service_fine", 14, "condition"),
        ('    healthcheck: {test: "pg_isready"}\n', "", 14, "no healthcheck"),
        ("database: {condition", "datenbank: {condition", 14, "no service"),
        ("volumes:\n  data:\n", "", 18, "volume data is used"),
        ("networks: {inside: }\n", "", 12, "network inside is used"),
        ("secrets:\n  api_token: {file: ./token}\n", "", 11, "secret api_token is used"),
        ("    ports: [", "    privileged: true\n    ports: [", 6, "whole machine"),
        ("./init:/docker", "/var/run/docker.sock:/docker", 18, "socket"),
        ("./init:/docker", "/:/docker", 18, "mounted"),
        ("    ports: [", "    network_mode: host\n    ports: [", 6, "wall"),
        ("    ports: [", "    cap_add: [SYS_ADMIN]\n    ports: [", 6, "whole machine"),
        ('"${PORT:-8080}:80/tcp"', '"80:99999"', 6, "no port"),
        ('"${PORT:-8080}:80/tcp"', '"eighty"', 6, "no port"),
        ("${SECRET_KEY}", "correct-horse", 10, "written into the file"),
        ("${DB_PASSWORD:?set it}", "hunter2", 8, "holds a password"),
        ("{file: ./token}", "{content: abc}", 28, "written into the file"),
        ("{file: ./token}", "", 28, "comes from nowhere"),
        ('restart: "no"', "restart: no", 23, "restart"),
        ("name: shop\n", "name: shop\nservcies: {}\n", 2, "servcies"),
    ],
)
def test_a_fault_of_a_compose_file_is_told_with_its_line_and_what_to_do(old, new, line, message):
    assert old in GOOD

    found = composed(GOOD.replace(old, new))

    assert found[0].status == "failed"
    assert message in found[0].message
    assert found[0].line == line
    assert found[0].remedy


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("postgres:18.1", "postgres:latest", "another one every day"),
        ("  data:\n", "  data:\n  spare:\n", "No service uses"),
        ('    restart: "no"\n', "", "stopped working"),
    ],
)
def test_what_only_makes_operation_harder_is_a_warning(old, new, message):
    [result] = composed(GOOD.replace(old, new))

    assert (result.status, result.severity) == ("warning", "warning")
    assert message in result.message


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("jobs:\n", "job:\n", 4, "job"),
        ("on:\n  push: {branches: [main]}\n", "", 1, "Nothing starts"),
        ("    runs-on: ubuntu-24.04\n    services", "    services", 10, "where it runs"),
        ("needs: [lint]", "needs: [lynt]", 11, "no job"),
        ("needs: [lint]", "needs: [test]", 11, "waits for itself"),
        ("{name: Test, run: make test}", "{name: Test}", 16, "neither run nor uses"),
        ("make lint", '""', 9, "runs nothing"),
        ("uses: actions/checkout@v4\n", "uses: actions/checkout\n", 8, "no version"),
        ("{name: Test, run", "{nmae: Test, run", 16, "nmae"),
    ],
)
def test_a_fault_of_a_workflow_is_told_with_its_line(old, new, line, message):
    assert old in WORKFLOW

    found = worked(WORKFLOW.replace(old, new, 1))

    assert found[0].status == "failed"
    assert message in found[0].message
    assert found[0].line == line


def test_a_pipeline_of_gitlab_is_judged_by_its_jobs():
    assert worked("stages: [test]\nunit: {stage: test, script: [make test]}\n")[0].status == "passed"
    assert "no stage" in worked("stages: [test]\nunit: {stage: tset, script: [make test]}\n")[0].message


STRANGE = [None, [], {}, [[]], [{}], {"a": None}, 0, 1.5, True, "", "x", [1, "a", None], {"x": {"y": [{}]}}]


@pytest.mark.parametrize(("check", "text"), [(check_compose, GOOD), (check_ci, WORKFLOW)])
def test_no_shape_of_any_part_stops_a_check(check, text):
    """Each part of a good file in turn becomes something of another shape."""
    good = yaml.safe_load(text)

    for path in paths_of(good):
        for strange in STRANGE:
            at = document = copy.deepcopy(good)
            for step in path[:-1]:
                at = at[step]
            at[path[-1]] = strange

            assert check(Artifact(path="a.yaml", content=json.dumps(document)))


def paths_of(value, path=()):
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in pairs:
        yield (*path, key)
        yield from paths_of(part, (*path, key))


HOSTILE = {
    "brackets": "[" * 500_000,
    "mappings": "{a: " * 120_000,
    "lists in a line": "- " * 250_000,
    "keys in a line": "? " * 250_000,
    "anchors in a line": "- &a " * 100_000,
    "deep": "\n".join(" " * depth + "a:" for depth in range(900)),
    "bomb": "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*{'a' if not n else f'b{n - 1}'}, *a]\n" for n in range(300)),
    "circle": "services: &a {b: *a}",
    "a number": "a: " + "1" * 500_000,
    "base sixty": "a: " + "1:" * 200_000 + "1",
    "many keys": "\n".join(f"k{number}: 1" for number in range(45_000)),
    "many services": "services:\n" + "\n".join(f"  s{number}: {{image: a}}" for number in range(15_000)),
    "many ports": "services: {a: {image: b, ports: [" + "'1:1'," * 30_000 + "]}}",
    "a long value": "services: {a: {image: b, environment: {PASSWORD: '" + "$" * 400_000 + "'}}}",
    "a long address": "services: {a: {image: b, environment: {A: '" + "a://" * 100_000 + "'}}}",
    "tags": "!!python/object/apply:os.system ['touch /tmp/sage-attack']",
    "two documents": "a: 1\n---\nb: 2\n",
}


SLOW = ("many keys", "many services")  # to read them takes the YAML parser most of their time


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.nightly) if name in SLOW else name for name in HOSTILE]
)
def test_a_hostile_file_takes_little_time_and_ends_nobody(name):
    artifact = Artifact(path="a.yaml", content=HOSTILE[name])
    for check in (check_yaml, check_compose, check_ci):
        began = time.process_time()

        check(artifact)

        assert time.process_time() - began < BOUNDED_SECONDS, check.__name__
