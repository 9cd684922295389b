"""The container files. No engine runs here: schemas check their form, and each role runs as its own process."""

import json
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from sagemode.postgres import PostgresServer
from tests.services import ROOT, app_environment, eventually, free_port

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
ROLES = ("web", "worker", "reconciler")


@pytest.mark.parametrize(
    ("schema", "file"),
    [("vendor.compose-spec", "compose.yaml"), ("vendor.github-workflows", ".github/workflows/test.yml")],
)
def test_a_file_for_others_follows_its_published_schema(schema, file):
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, file],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout


def test_every_service_waits_for_the_health_of_what_it_needs():
    for name in ROLES:
        conditions = {needed: each["condition"] for needed, each in SERVICES[name]["depends_on"].items()}
        assert conditions == {
            "migrate": "service_completed_successfully",
            "postgres": "service_healthy",
            "redis": "service_healthy",
        }
    checks = {name: SERVICES[name]["healthcheck"] for name in ("postgres", "redis", "web")}
    assert {check["interval"] for check in checks.values()} == {"10s"}
    assert checks["postgres"]["test"][1] == "pg_isready"
    assert checks["redis"]["test"][1:] == ["redis-cli", "ping"]


def test_data_is_in_named_volumes_and_the_page_on_port_8000():
    mounted = {mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])}

    assert mounted == set(COMPOSE["volumes"])
    assert SERVICES["web"]["ports"] == ["${PORT:-8000}:8000"]


def test_no_secret_has_a_default():
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD"):
        assert set(re.findall(rf"\$\{{{name}(.)", (ROOT / "compose.yaml").read_text())) == {":"}
        assert f"{name}:-" not in (ROOT / "compose.yaml").read_text()


def test_containers_get_longer_to_stop_than_the_running_work_gets_to_finish():
    for name in ROLES:
        assert int(SERVICES[name]["stop_grace_period"].removesuffix("s")) > 30


def test_the_image_is_built_in_stages_runs_as_a_plain_user_and_holds_what_it_copies():
    steps = [line.split(maxsplit=1) for line in (ROOT / "deploy/Dockerfile").read_text().splitlines() if line]
    kept = [line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"]

    assert sum(step[0] == "FROM" for step in steps) == 2
    assert [int(step[1]) for step in steps if step[0] == "USER"] == [10001]
    assert all((ROOT / name).exists() for name in kept)
    assert {"requirements.txt", "constraints.txt", "manage.py"} <= set(kept)


@pytest.fixture
def postgres_over_tcp() -> Iterator[str]:
    """A PostgreSQL that is reached by host, port and password, as the one in its own container."""
    folder = Path(tempfile.mkdtemp(prefix="sage-tcp-"))
    folder.chmod(0o755)
    port = free_port()
    access = folder / "access.conf"
    access.write_text("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
    settings = {"listen_addresses": "127.0.0.1", "port": str(port), "hba_file": str(access), "fsync": "off"}
    server = PostgresServer(folder / "var", settings=settings).start()
    try:
        with psycopg.connect(f"{server.url}&port={port}", autocommit=True) as connection:
            connection.execute("ALTER ROLE sage PASSWORD 'from outside'")
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(at_once=True)
        subprocess.run(["rm", "-rf", folder], check=True)


def environment_of(name: str, *, postgres: str, redis: str, data_dir: Path, port: int) -> dict[str, str]:
    """Return the environment of a service as compose would set it, with our servers in place of its neighbours."""
    values = {"SECRET_KEY": "k" * 60, "POSTGRES_PASSWORD": "from%20outside"}
    environment = {}
    for variable, text in SERVICES[name]["environment"].items():
        filled = re.sub(
            r"\$\{(\w+):([-?])([^}]*)\}",
            lambda found: values.get(found[1], found[3] if found[2] == "-" else ""),
            str(text),
        )
        environment[variable] = filled.replace("postgres:5432", postgres).replace("redis:6379", redis)
    environment["SAGE_DATA_DIR"] = str(data_dir)
    return app_environment(data_dir, port) | environment


def test_each_role_runs_as_a_process_of_its_own_on_a_database_and_a_redis_of_others(
    postgres_over_tcp, redis_server, tmp_path
):
    port = free_port()
    redis = redis_server.removeprefix("redis://").removesuffix("/0")

    def start(name: str) -> subprocess.Popen[bytes]:
        environment = environment_of(name, postgres=postgres_over_tcp, redis=redis, data_dir=tmp_path, port=port)
        command = [{"8000": str(port), "0.0.0.0": "127.0.0.1"}.get(part, part) for part in SERVICES[name]["command"]]
        programs = {"python": [sys.executable], "daphne": [sys.executable, "-m", "daphne"]}
        with (tmp_path / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [*programs[command[0]], *command[1:]], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
            )

    def asked(path: str) -> tuple[int, dict[str, Any]]:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": "localhost"})
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
        except OSError:
            return 0, {}

    def logs() -> str:
        return "\n".join(path.read_text() for path in tmp_path.glob("*.log"))

    assert start("migrate").wait(60) == 0, logs()
    running = {name: start(name) for name in ROLES}
    try:
        eventually(lambda: asked("/health/ready")[0] == 200, seconds=60, what=f"readiness ({shlex.join(ROLES)})")
        eventually(lambda: asked("/health")[1].get("status") == "healthy", seconds=20, what="health")
        checks = asked("/health")[1]["checks"]
        assert {checks[name]["status"] for name in ("database", "queue", "workers", "reconciler", "redis")} == {
            "healthy"
        }
        assert not list(tmp_path.glob("postgres*")), "nobody starts a database when DATABASE_URL is set"
    finally:
        for process in running.values():
            process.send_signal(signal.SIGTERM)
        codes = {name: process.wait(40) for name, process in running.items()}
    assert codes == dict.fromkeys(ROLES, 0), logs()
