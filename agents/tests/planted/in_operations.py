"""Faults in what runs it: compose file and runbook."""

import re
from typing import Any

import yaml

from agents.checks.bundle import Bundle
from agents.checks.contract.facts import Facts
from agents.checks.contract.views.amounts import numbers_in, same_amounts
from agents.checks.contract.views.deployment import backup_lines
from agents.checks.contract.views.names import exact, words
from agents.tests.planted.plant import Plant, append, text_of, with_content


def _with_compose(bundle: Bundle, change: Any) -> Bundle | None:
    compose = next(iter(Facts(bundle).compose_files), None)
    if compose is None:
        return None
    document = yaml.safe_load(compose.text)
    if change(document) is False:
        return None
    return with_content(bundle, compose.file, yaml.safe_dump(document, sort_keys=False))


def _set(document: dict[str, Any], name: str, value: str) -> None:
    service = next(iter(document["services"].values()))
    environment = service.setdefault("environment", {})
    if isinstance(environment, list):
        environment.append(f"{name}={value}")
    else:
        environment[name] = value


def literal_secret(bundle: Bundle) -> Bundle | None:
    return _with_compose(bundle, lambda document: _set(document, "MAIL_PASSWORD", "hunter2"))


def password_in_an_address(bundle: Bundle) -> Bundle | None:
    return _with_compose(bundle, lambda document: _set(document, "DATABASE_URL", "postgres://app:hunter2@db:5432/app"))


def undeclared_secret(bundle: Bundle) -> Bundle | None:
    def add(document: dict[str, Any]) -> None:
        next(iter(document["services"].values())).setdefault("secrets", []).append("nobody_declared_this")

    return _with_compose(bundle, add)


def variable_of_nobody(bundle: Bundle) -> Bundle | None:
    facts = Facts(bundle)
    if any(compose.has_env_file for compose in facts.compose_files) or not facts.compose_files:
        return None
    return append(bundle, facts.runbooks[0].path, "\nBefore the start, set `HOROSCOPE_API_TOKEN` in the environment.")


def private_key(bundle: Bundle) -> Bundle | None:
    path = Facts(bundle).runbooks[0].path
    return append(bundle, path, "\n-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----")


def store_without_backup(bundle: Bundle) -> Bundle | None:
    def add(document: dict[str, Any]) -> None:
        document["services"]["archive"] = {"image": "mongo:8", "volumes": ["oldpapers:/data/db"]}

    return _with_compose(bundle, add)


def backup_leaves_one_out(bundle: Bundle) -> Bundle | None:
    """The lines about one entity go from the part about backups, where it lists them."""
    facts = Facts(bundle)
    path, lines = backup_lines(facts.runbooks)
    entity = bundle.domain.entities[-1] if bundle.domain and len(bundle.domain.entities) > 2 else None
    if entity is None or not path:
        return None
    table = facts.table_of(entity)
    names = {
        exact(name)
        for name in (entity.name, entity.table, entity.label, entity.label_plural, table.name if table else "")
    }
    inside = {number for number, _ in lines}
    kept, dropped = [], 0
    for number, line in enumerate(text_of(bundle, path).split("\n"), start=1):
        told = f" {' '.join(words(line[:195]))} "
        if number in inside and any(f" {name} " in told for name in names if name):
            dropped += 1
            continue
        kept.append(line)
    listed = sum(
        1
        for each in bundle.domain.entities  # type: ignore[union-attr]
        if any(
            f" {exact(name)} " in f" {' '.join(words(line[:195]))} "
            for _, line in lines
            for name in (each.name, each.table)
        )
    )
    if not dropped or listed * 2 < len(bundle.domain.entities):  # type: ignore[union-attr]
        return None
    return with_content(bundle, path, "\n".join(kept))


def no_backup(bundle: Bundle) -> Bundle | None:
    changed = bundle
    for document in Facts(bundle).runbooks:
        path, lines = backup_lines([document])
        inside = {number for number, _ in lines} if path else set()
        text = document.text.split("\n")
        kept = [line for number, line in enumerate(text, start=1) if number not in inside]
        kept = [
            line
            for line in kept
            if not re.search(r"back-?\s?up|restore|recover|sicherung|wiederherst|kopi[ae]|odtw", line, re.I)
        ]
        changed = with_content(changed, document.path, "\n".join(kept))
    return changed


def number_lost(bundle: Bundle) -> Bundle | None:
    """A number of the brief becomes another wherever it stands in digits, but for the domain."""
    for limit in bundle.domain.limits if bundle.domain else ():
        same = same_amounts(limit.value, limit.unit)
        if not same or 1 in same or numbers_in(limit.value) == set() or max(numbers_in(limit.value)) <= 12:
            continue
        changed = bundle
        for artifact in bundle.artifacts:
            if artifact.role == "architect":
                continue
            text = artifact.content
            for written in sorted(set(re.findall(r"\d+(?:[.,  ]\d+)*", text)), key=lambda each: (-len(each), each)):
                if numbers_in(written) & same:
                    text = re.sub(rf"(?<![\d.,]){re.escape(written)}(?![\d]|[.,]\d)", "77777", text)
            changed = with_content(changed, artifact.path, text)
        return changed
    return None


def number_changed(bundle: Bundle) -> Bundle | None:
    for limit in bundle.domain.limits if bundle.domain else ():
        if limit.unit in ("day", "hour", "minute", "month", "year", "second"):
            path = Facts(bundle).runbooks[0].path
            return append(bundle, path, f"\nAn alarm rings after 7777 {limit.unit}s ({limit.key}).")
    return None


PLANTS = (
    Plant("a secret stands in plain text", "contract.secret", "ops", literal_secret),
    Plant("a password stands in an address", "contract.secret", "ops", password_in_an_address),
    Plant("a secret is not declared", "contract.secret", "ops", undeclared_secret),
    Plant("a variable is declared nowhere", "contract.secret", "ops", variable_of_nobody),
    Plant("a private key is written down", "contract.secret", "ops", private_key),
    Plant("a database has no backup", "contract.store_backup", "ops", store_without_backup),
    Plant("the backup leaves a table out", "contract.store_backup", "ops", backup_leaves_one_out),
    Plant("there is no backup", "contract.store_backup", "ops", no_backup),
    Plant("a number of the brief is lost", "contract.limit", "domain.json", number_lost),
    Plant("a threshold is not the brief's", "contract.limit", "ops", number_changed),
)
