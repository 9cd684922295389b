"""Checks across artifacts: does what different roles handed in fit together? Pure, bounded, and never raising.

Each file here holds one comparison (`CHECK`); `views/` reads the artifacts. `docs/checks.md` lists what each sees.
"""

import logging

from agents.checks.bundle import Bundle
from agents.checks.contract import (
    authorization,
    citations,
    entity_schema,
    entity_table,
    evidence,
    foreign_keys,
    human_decisions,
    limits,
    operation_interface,
    operation_page,
    operation_threat,
    orphan_decisions,
    orphans,
    page_links,
    page_operation,
    property_column,
    readable,
    required_column,
    requirements,
    rules,
    secrets,
    states,
    store_backup,
    store_threat,
)
from agents.checks.contract.contract_check import ContractCheck
from agents.checks.contract.facts import Facts
from agents.checks.result import CheckResult

__all__ = ["CONTRACT_CHECKS", "ContractCheck", "check_bundle"]

logger = logging.getLogger(__name__)

CONTRACT_CHECKS: tuple[ContractCheck, ...] = tuple(
    module.CHECK
    for module in (
        evidence,
        citations,
        requirements,
        orphan_decisions,
        human_decisions,
        entity_table,
        entity_schema,
        property_column,
        required_column,
        foreign_keys,
        states,
        rules,
        operation_interface,
        page_operation,
        operation_page,
        page_links,
        operation_threat,
        store_threat,
        authorization,
        store_backup,
        secrets,
        limits,
        orphans,
        readable,  # last: by then every view has been asked for
    )
)


def check_bundle(bundle: Bundle) -> list[CheckResult]:
    """Return what each comparison says about `bundle`, in a fixed order; nothing from those without a subject."""
    facts = Facts(bundle)
    results: list[CheckResult] = []
    for check in CONTRACT_CHECKS:
        try:
            results += check.results(facts)
        except Exception as error:  # what was handed in is untrusted: one check less must not cost the others
            logger.warning("The comparison %s broke", check.name, exc_info=True)
            told = f"This comparison broke ({type(error).__name__}) and says nothing about the rest"
            results.append(
                CheckResult(check.name, "warning", "warning", None, None, told, "Look at the parts by hand.")
            )
    return results
