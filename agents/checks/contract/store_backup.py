"""Is everything that is kept backed up?"""

import re

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts
from agents.checks.contract.views.deployment import DATABASE_WORDS, backup_lines
from agents.checks.contract.views.names import exact, key
from agents.checks.contract.views.prose import mentions

_WHOLE = re.compile(
    r"whole|entire|\ball\b|everything|complete|full\b|pg_dump|pg_basebackup|pgbackrest|barman|wal\b|snapshot"
    r"|base backup|gesamt|ganze|alle\b|vollst|komplett|toute|complet|totalit|toda|completa|ca[lł][aąy]|wszystk|pe[lł]n",
    re.IGNORECASE,
)


def judge(facts: Facts) -> list[Finding] | None:
    if not facts.runbooks:
        return None
    stores = [(compose.file, store) for compose in facts.compose_files for store in compose.stores]
    entities = facts.domain.entities if facts.domain else []
    if not stores and not entities:
        return None
    file, lines = backup_lines(facts.runbooks)
    if not lines:
        told = "Nothing says how data is backed up and restored"
        return [Finding(facts.runbooks[0].path, 1, told, "Add a part about backup and restore for each store.")]
    told_of = mentions(lines)
    text = "\n".join(line for _, line in lines).lower()
    found = []
    for compose, store in stores:
        alone = sum(1 for _, other in stores if other.kind != "redis") == 1
        said = (*store.names, *(DATABASE_WORDS if alone else ()))
        if not any(re.search(rf"(?<!\w){re.escape(name.lower())}(?!\w)", text) for name in said):
            found.append(
                Finding(
                    file,
                    lines[0][0],
                    f"`{store.service}` ({compose}, line {store.line}) keeps data, but no backup of it is described",
                    "Say how it is backed up and restored, or that it may be lost.",
                )
            )
    missing = []
    for entity in entities:
        table = facts.table_of(entity)
        names = [entity.table, entity.name, entity.label, entity.label_plural, table.name if table else ""]
        if not any(
            same(name) in told_of.names or same(name) in told_of.leads
            for name in names
            if name
            for same in (exact, key)
        ):
            missing.append(entity)
    # Who lists tables must list them all; who speaks of the whole database need not.
    lists = len(entities) - len(missing) >= max(2, len(entities) / 2) or (
        len(entities) < 3 and len(missing) < len(entities)
    )
    if lists or not _WHOLE.search(text):
        for entity in missing:
            found.append(
                Finding(
                    file,
                    lines[0][0],
                    f"The backup leaves out what is kept of `{entity.name}`",
                    f"Name `{entity.table}` with how it is backed up and how long it is kept.",
                )
            )
    return found


CHECK = ContractCheck(
    "contract.store_backup",
    "Tables of entities, and services with a database and a volume, with the runbook's part about backups",
    "failed",
    "Whether a backup works; data in object stores and third-party services.",
    judge,
)
