"""The CI workflow: schema, interface, pages and running parts are checked against each other on every change."""

import re
from typing import Any

from agents.simulator.compose import database_image
from agents.simulator.material import Material
from agents.simulator.pages import pages, with_file
from agents.simulator.parts import database, image_name
from agents.simulator.stores import stores

COMPOSE = "ops/compose.yaml"
# What goes into a shell: names that others chose are left out when they hold anything else.
_PLAIN = re.compile(r"[A-Za-z_][\w.-]{0,119}", re.ASCII)
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
    tables = [store.name for store in material.once(stores) if _PLAIN.fullmatch(store.name)]
    quote = '"' if kind == "postgres" else "`"
    asked = "\n".join(f"{client} {ask} 'SELECT count(*) FROM {quote}{table}{quote}'" for table in tables)
    found = pages(material)
    calls = [call.name for page in found for call in page.calls if _PLAIN.fullmatch(call.name)]
    shown = [page.file for page in with_file(found)]
    files = ["web/index.html", *shown, "design/wireframes.html"]
    return {
        "name": f"Check {name}",
        "on": {"push": {"branches": ["main"]}, "pull_request": {}},
        "permissions": {"contents": "read"},
        "jobs": {
            name: {
                "runs-on": "ubuntu-latest",
                "services": {"database": {"image": database_image(material), **_SERVERS[kind]}},
                "steps": [
                    {"uses": "actions/checkout@v4"},
                    {
                        "name": f"Schema of {name}: it applies, and each store is there",
                        "run": f"{load}\n{asked}",
                    },
                    {
                        "name": f"Interface of {name}: valid, and known to pages and threats",
                        "run": _known(calls),
                    },
                    {"name": f"Pages of {name}: valid and accessible", "run": _pages(files)},
                    {
                        "name": f"Parts of {name}: composed, and no secret in a file",
                        "run": f"docker compose -f {COMPOSE} config --quiet\n"
                        "! grep -rnE '(password|token|key): *[^ ]*[0-9]{6}' ops",
                    },
                ],
            },
        },
    }


def _known(calls: list[str]) -> str:
    """A loop over all operations: each must stand in interface, pages and threat model."""
    lines = [" ".join(calls[place : place + 6]) for place in range(0, len(calls), 6)]
    return (
        "pip install 'openapi-spec-validator==0.7.*' && openapi-spec-validator api/openapi.yaml\n"
        f"for name in {(' ' + chr(92) + chr(10) + '  ').join(lines)}; do\n"
        "  for file in api/openapi.yaml web/pages.md security/threat-model.md; do\n"
        '    grep -qw "$name" "$file" || { echo "$name is not in $file"; exit 1; }\n  done\n'
        "done"
    )


def _pages(files: list[str]) -> str:
    told = "\n".join(f"npx --yes pa11y@8 http://localhost:8000/{name}" for name in files)
    return f"npx --yes html-validate@9 {' '.join(files)}\npython -m http.server 8000 &\n{told}"
