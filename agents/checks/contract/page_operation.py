"""Does every call of a page lead to an operation that exists, and does every page call something?"""

import re
from collections.abc import Iterator
from functools import lru_cache

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts
from agents.checks.contract.views.interface import ApiOperation
from agents.checks.contract.views.names import exact, key, words
from agents.checks.contract.views.pages import Call, Pages, is_like_one_of

_IDENTIFIER = re.compile(r"[a-z][A-Za-z0-9]*(?:[_.-][A-Za-z0-9]+|[A-Z][a-z0-9]+)+\Z")
# Pages that show or lead on without asking the interface for anything.
_STATIC = frozenset(
    "index home start about help login signin sign logout error imprint impressum privacy datenschutz terms contact "
    "overview navigation layout shared styles accueil inicio aide ayuda pomoc states decisions bound startseite".split()
)


def judge(facts: Facts) -> list[Finding] | None:
    interface, pages = facts.interface, facts.pages
    if interface is None or pages is None or not interface.operations:
        return None
    found = [finding for call in pages.calls for finding in _call(facts, pages, call)]
    found += _near_names(facts, pages)
    found += _idle(facts, pages)
    return found


def _call(facts: Facts, pages: Pages, call: Call) -> Iterator[Finding]:
    names, file = facts.operations, facts.interface.file if facts.interface else ""
    named = names.named(call.name) if call.name else None
    addressed = names.called(call.method, call.path) if call.path else None
    if call.name and named is None:
        # An address that is there as well says what is meant; the name is then only another word for it.
        if not call.path or addressed is None:
            yield _missing(call, f"calls `{call.name}`, which is no operation of {file}")
        return
    if not call.path or addressed is not None:
        if named is not None and addressed is not None and named is not addressed and call.by != "text":
            told = f"says `{call.name}` but sends {call.method} {call.path}, which is `{addressed.name}`"
            yield _missing(call, told)
        return
    if call.by == "form" and not _is_call(facts, pages, call, named=named is not None):
        return
    if not call.path.startswith(("/", "http")) and call.by in ("form", "script", "attribute"):
        return
    if named is not None and named.method not in ("GET", "POST") and call.by == "form":
        # HTML can only send GET and POST; the operation it names says what is meant, if the address agrees.
        if names.address(call.path) != names.address(named.path):
            yield _missing(call, f"says `{call.name}` but sends to {call.path}, and that is {named.path}")
        return
    if names.address(call.path) in names.addresses:
        methods = sorted(each.method for each in _at(facts, call.path))
        yield _missing(call, f"sends {call.method} to {call.path}, where {file} has {', '.join(methods)} only")
    else:
        yield _missing(call, f"sends {call.method} to {call.path}, an address that {file} does not have")


def _at(facts: Facts, path: str) -> list[ApiOperation]:
    names = facts.operations
    wanted = names.address(path)
    return (
        [each for each in facts.interface.operations if names.address(each.path) == wanted] if facts.interface else []
    )


def _is_call(facts: Facts, pages: Pages, call: Call, *, named: bool) -> bool:
    """Does a form send to the interface, not to a page of its own site?"""
    if named:
        return call.path.startswith(("/", "http"))
    own = call.path.split("?")[0].split("#")[0].rstrip("/")
    if not own.startswith("/") or own in pages.routes or own.endswith((".html", ".htm")):
        return False
    prefixes = facts.interface.prefixes if facts.interface else ()
    return call.method != "GET" or own.startswith(("/api", *prefixes))


def _missing(call: Call, told: str) -> Finding:
    return Finding(
        call.file,
        call.line,
        f"The page {told}",
        "Call an operation that the interface has, or have it added there.",
    )


def _near_names(facts: Facts, pages: Pages) -> Iterator[Finding]:
    """Names in code marks that look like an operation (`list_orders`, `listOrders`) but are none."""
    known = {operation.id for operation in facts.interface.operations if operation.id} if facts.interface else set()
    if len(known) < 2:
        return
    other = _other_names(facts)
    told = {(call.file, call.line, call.name) for call in pages.calls}
    for file, line, span in pages.spans:
        if (file, line, span) in told or not _IDENTIFIER.match(span) or facts.operations.named(span) is not None:
            continue
        if key(span) in other or exact(span) in other or span.endswith((".html", ".md", ".css", ".js")):
            continue
        if is_like_one_of(span, known) and _style(span) in {_style(each) for each in known}:
            yield Finding(
                file,
                line,
                f"The page names `{span}`, which looks like an operation but is none of the interface's",
                "Call an operation that the interface has, or have it added there.",
            )


@lru_cache(maxsize=4_000)
def _style(name: str) -> str:
    return "snake" if "_" in name else "kebab" if "-" in name else "camel"


def _other_names(facts: Facts) -> set[str]:
    """Names of tables, columns, schemas and properties, which may begin with a verb too."""
    found: set[str] = set()
    for name, schema in (facts.interface.schemas if facts.interface else {}).items():
        found |= {key(name), *(key(prop.name) for prop in schema.properties)}
    for table in (facts.relational.tables if facts.relational else {}).values():
        found |= {key(table.name), *(key(column) for column in table.columns)}
    for operation in facts.interface.operations if facts.interface else ():
        found |= {key(name) for name in (*operation.body_fields, *operation.parameters)}
    return found


def _idle(facts: Facts, pages: Pages) -> Iterator[Finding]:
    """Pages in the list that call nothing, where the list says what pages call."""
    lines = {(call.file, call.line) for call in pages.calls}
    lines |= {(file, line) for file, line, span in pages.spans if facts.operations.named(span) is not None}
    calling = {page for page in pages.pages if any((page.file, line) in lines for line in range(page.line, page.end))}
    if not calling:
        return
    routes = {page.route.rstrip("/") for page in calling if page.route} | {key(page.title) for page in calling}
    for page in pages.pages:
        if page in calling or page.route.rstrip("/") in routes or key(page.title) in routes:
            continue
        if page.route in ("", "/") or _STATIC & {*words(page.title), *words(page.route)}:
            continue
        yield Finding(
            page.file,
            page.line,
            f"The page “{page.title}” ({page.route}) calls nothing",
            "Name the operations it calls, or leave the page out.",
        )


CHECK = ContractCheck(
    "contract.page_operation",
    "Calls of pages (in the list of pages, forms, scripts and attributes) with the operations of the interface",
    "failed",
    "Calls that a page describes in words only; addresses put together by a script.",
    judge,
)
