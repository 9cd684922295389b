"""The CI workflow: schema, interface, pages and running parts are checked against each other on every change."""

from typing import Any

from agents.simulator.compose import database_image
from agents.simulator.material import Material
from agents.simulator.pages import pages, with_file
from agents.simulator.parts import database, image_name
from agents.simulator.stores import stores

_SERVERS: dict[str, dict[str, Any]] = {
    "postgres": {
        "env": {"POSTGRES_HOST_AUTH_METHOD": "trust"},
        "ports": ["5432:5432"],
        "options": "--health-cmd pg_isready --health-interval 5s --health-retries 10",
    },
    "mysql": {
        "env": {"MYSQL_ALLOW_EMPTY_PASSWORD": "yes", "MYSQL_DATABASE": "check"},
        "ports": ["3306:3306"],
        "options": "--health-cmd 'mysqladmin ping' --health-interval 5s --health-retries 10",
    },
    "mariadb": {
        "env": {"MARIADB_ALLOW_EMPTY_ROOT_PASSWORD": "yes", "MARIADB_DATABASE": "check"},
        "ports": ["3306:3306"],
        "options": "--health-cmd 'healthcheck.sh --connect' --health-interval 5s --health-retries 10",
    },
}
_CLIENTS = {
    "postgres": "psql -h localhost -U postgres -v ON_ERROR_STOP=1",
    "mysql": "mysql -h 127.0.0.1 -u root check",
    "mariadb": "mariadb -h 127.0.0.1 -u root check",
}


def workflow(material: Material) -> dict[str, Any]:
    """Return the workflow as a value; needs no secret."""
    name, kind = image_name(material), database(material)
    client = _CLIENTS[kind]
    load = f"{client} -f db/schema.sql" if kind == "postgres" else f"{client} < db/schema.sql"
    ask = "-c" if kind == "postgres" else "-e"
    tables = [store.name for store in material.once(stores)]
    quote = '"' if kind == "postgres" else "`"
    counted = " ".join(f"SELECT count(*) FROM {quote}{table}{quote};" for table in tables)
    found = pages(material)
    calls = [call.name for page in found for call in page.calls if call.name]
    shown = [page.file for page in with_file(found)]
    files = " ".join(["web/index.html", *shown, "design/wireframes.html"])
    return {
        "name": f"Check {material.title[:60]}",
        "on": {"push": {"branches": ["main"]}, "pull_request": {}},
        "permissions": {"contents": "read"},
        "jobs": {
            f"{name}-schema": {
                "runs-on": "ubuntu-latest",
                "services": {"database": {"image": database_image(material), **_SERVERS[kind]}},
                "steps": [
                    {"uses": "actions/checkout@v4"},
                    {"name": f"Apply the schema of {material.title[:60]}", "run": load},
                    {"name": "Each store is there", "run": f"{client} {ask} '{counted}'"},
                ],
            },
            f"{name}-contract": {
                "runs-on": "ubuntu-latest",
                "steps": [
                    {"uses": "actions/checkout@v4"},
                    {"run": "pip install openapi-spec-validator && openapi-spec-validator api/openapi.yaml"},
                    {"name": "Interface, pages and threats know each operation", "run": _known(calls)},
                ],
            },
            f"{name}-pages": {
                "runs-on": "ubuntu-latest",
                "steps": [
                    {"uses": "actions/checkout@v4"},
                    {"run": f"npx --yes html-validate {files}"},
                    {"run": f"python -m http.server 8000 & npx --yes pa11y-ci --threshold 0 {_addresses(files)}"},
                ],
            },
            f"{name}-parts": {
                "runs-on": "ubuntu-latest",
                "steps": [
                    {"uses": "actions/checkout@v4"},
                    {"run": "docker compose -f ops/compose.yaml config --quiet"},
                    {
                        "name": "No secret stands in a file",
                        "run": "! grep -rnE '(password|token|key): *[^ ]*[0-9]{6}' ops",
                    },
                ],
            },
        },
    }


def _known(calls: list[str]) -> str:
    """A loop over all operations: each must stand in the three files."""
    names = "\n".join(f"  {name}" for name in calls)
    return (
        f"for name in \\\n{names.replace(chr(10), ' ' + chr(92) + chr(10))}\ndo\n"
        '  grep -qw "$name" api/openapi.yaml && grep -qw "$name" web/pages.md && grep -qw "$name" '
        'security/threat-model.md || { echo "$name is missing"; exit 1; }\ndone'
    )


def _addresses(files: str) -> str:
    return " ".join(f"http://localhost:8000/{name}" for name in files.split())
