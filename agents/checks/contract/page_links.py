"""Do links and forms of pages lead to pages and fields that exist?"""

import posixpath
from collections.abc import Iterator

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts
from agents.checks.contract.views.names import key, without_reference, words
from agents.checks.contract.views.pages import Call, Pages

_FORM_PLUMBING = frozenset("csrf csrfmiddlewaretoken token next method id idempotency version etag submit".split())


def judge(facts: Facts) -> list[Finding] | None:
    pages = facts.pages
    if pages is None or not (pages.links or any(call.fields for call in pages.calls)):
        return None
    found = list(_links(facts, pages))
    for call in pages.calls:
        found += _fields(facts, call)
    return found


def _links(facts: Facts, pages: Pages) -> Iterator[Finding]:
    known = {artifact.path for artifact in facts.bundle.artifacts}
    for file, line, address in pages.links[:5_000]:
        target = address.split("#")[0].split("?")[0]
        if not target.endswith((".html", ".htm")) or ":" in target or target.startswith("/"):
            continue
        if posixpath.normpath(posixpath.join(posixpath.dirname(file), target)) not in known:
            yield Finding(
                file,
                line,
                f"The page links to `{target}`, which nobody handed in",
                "Write the page, or take the link out.",
            )


def _fields(facts: Facts, call: Call) -> Iterator[Finding]:
    """Names of a form's fields are those that the operation takes."""
    operation = facts.operations.of_call(call)
    if operation is None or call.by != "form" or not operation.body_fields:
        return
    taken = (*operation.body_fields, *operation.parameters)
    known = {key(name) for name in taken} | {without_reference(name) for name in taken}
    for name, line in call.fields:
        bare = name.removesuffix("[]").split("[")[0].split(".")[0]
        if {key(bare), without_reference(bare)} & known or _FORM_PLUMBING & set(words(bare)):
            continue
        yield Finding(
            call.file,
            line,
            f"The form sends `{name}`, which `{operation.name}` does not take",
            f"Name the field as the interface does ({', '.join(operation.body_fields[:8])}), or take it out.",
        )


CHECK = ContractCheck(
    "contract.page_link",
    "Links between pages with the pages handed in, and fields of forms with what the operation takes",
    "failed",
    "Links to addresses that a server makes up; fields that a script adds.",
    judge,
)
