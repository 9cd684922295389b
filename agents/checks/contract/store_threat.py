"""Does the threat model speak of each data store?"""

import re

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts
from agents.checks.contract.views.names import exact, key
from agents.checks.contract.views.prose import Mentions, mentions
from agents.deliverable import Entity

_STORES = re.compile(r"\bstores?\b|at rest|stored|what we keep|speicher|stock|almac|magazyn|przechow", re.IGNORECASE)
_DATA = re.compile(r"\bdata\b|\bassets?\b|\btables\b|daten|donn[ée]es|datos|\bdane\b", re.IGNORECASE)


def judge(facts: Facts) -> list[Finding] | None:
    security = facts.security
    if security is None or facts.domain is None or not facts.domain.entities:
        return None
    document = next(each for each in facts.security_documents if each.path == security.threat_file)
    spans = document.spans(lambda title: bool(_STORES.search(title)))
    spans = spans or document.spans(lambda title: bool(_DATA.search(title)))
    told = mentions(document.numbered(spans)) if spans else security.threats
    entities = facts.domain.entities
    missing = [entity for entity in entities if not _is_named(facts, told, entity, as_entry=True)]
    if len(missing) * 2 >= len(entities):  # it is no list of stores, so any word counts
        missing = [entity for entity in entities if not _is_named(facts, told, entity, as_entry=False)]
    # A document that speaks of stores one by one must not leave one out; others may speak of the whole database.
    one_by_one = bool(spans) and len(missing) * 2 < len(entities)
    return [
        Finding(
            security.threat_file,
            spans[0][0] if spans else 1,
            f"The threat model says nothing about what is kept of `{entity.name}`",
            "Say who could read or change it past the interface, and what prevents that.",
            serious=one_by_one,
        )
        for entity in missing
    ]


def _is_named(facts: Facts, told: Mentions, entity: Entity, *, as_entry: bool) -> bool:
    table = facts.table_of(entity)
    names = [entity.table, entity.name, entity.label, entity.label_plural, table.name if table else ""]
    keys = {same(name) for name in names if name for same in (exact, key)}
    if as_entry:
        return bool(keys & told.leads.keys())
    return bool(keys & (told.names.keys() | told.leads.keys())) or any(f" {each} " in told.text for each in keys)


CHECK = ContractCheck(
    "contract.store_threat",
    "Entities that are kept, with the part of the threat model about data stores",
    "failed where stores are treated one by one, otherwise warning",
    "Stores outside of the database: files, queues, caches, logs.",
    judge,
)
