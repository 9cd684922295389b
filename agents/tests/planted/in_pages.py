"""Faults in the pages."""

import re

from agents.checks.bundle import Bundle
from agents.checks.contract.facts import Facts
from agents.tests.planted.plant import (
    Plant,
    append,
    edit_text,
    text_of,
    with_artifact,
    with_content,
    without_lines,
)


def _list(bundle: Bundle) -> str | None:
    """The list of pages."""
    facts = Facts(bundle)
    return next((path for path in facts.pages.files if path.endswith(".md")), None) if facts.pages else None


def call_of_nothing(bundle: Bundle) -> Bundle | None:
    path = _list(bundle)
    return append(bundle, path, "\n## Extra (`/extra`)\n\nIt asks `GET /nothing-like-this`.") if path else None


def method_that_is_not_there(bundle: Bundle) -> Bundle | None:
    path, interface = _list(bundle), Facts(bundle).interface
    if path is None or interface is None:
        return None
    there = {(call.method, call.path) for call in interface.operations}
    address = next((call.path for call in interface.operations if ("DELETE", call.path) not in there), None)
    return append(bundle, path, f"\nThe page sends `DELETE {address}` at the end.") if address else None


def name_of_nothing(bundle: Bundle) -> Bundle | None:
    """A call by a name that begins as names of operations do."""
    path, interface = _list(bundle), Facts(bundle).interface
    if path is None or interface is None:
        return None
    name = next((call.id for call in interface.operations if len(re.split(r"_|(?=[A-Z])", call.id)) > 1), None)
    if name is None:
        return None
    verb = re.split(r"_|(?=[A-Z])", name)[0]
    return append(
        bundle, path, f"\nThen it uses `{verb}_horoscopes`." if "_" in name else f"\nThen `{verb}Horoscopes`."
    )


def idle_page(bundle: Bundle) -> Bundle | None:
    """Only a list that says what each page calls can have one that calls nothing."""
    path, pages = _list(bundle), Facts(bundle).pages
    if path is None or pages is None:
        return None
    lines = {call.line for call in pages.calls if call.file == path}
    if not any(set(range(page.line, page.end)) & lines for page in pages.pages):
        return None
    return append(bundle, path, "\n## Horoscopes\n\nRoute: `/horoscopes`\n\nA page with stars.")


def operation_on_no_page(bundle: Bundle) -> Bundle | None:
    """Every mention of one operation on pages turns into an ellipsis."""
    domain, facts = bundle.domain, Facts(bundle)
    people = {actor.key for actor in domain.actors if actor.kind == "person"} if domain else set()
    for operation in reversed(domain.operations if domain else []):
        call = facts.operations.api_of(operation)
        if not people & set(operation.actors) or call is None:
            continue
        address = r'[^/\s`"|]+'.join(re.escape(part) for part in re.split(r"\{[^}]*\}", call.path))
        patterns = [rf"\b{call.method}[ `]+\S*?{address}(?![\w/])", rf'(?<=action=")[^"]*{address}(?=")']
        patterns += [rf"(?<![\w]){re.escape(name)}(?![\w])" for name in (operation.key, call.id) if name]
        changed = bundle
        for path in facts.pages.files if facts.pages else ():
            text = text_of(changed, path)
            for pattern in patterns:
                text = re.sub(pattern, "…", text)
            changed = with_content(changed, path, text)
        return changed
    return None


def link_to_nothing(bundle: Bundle) -> Bundle | None:
    facts = Facts(bundle)
    path = next((path for path in facts.pages.files if path.endswith(".html")), None) if facts.pages else None
    return (
        edit_text(bundle, path, r"<body[^>]*>", '<body><a href="nothing-here.html">Next</a>', count=1) if path else None
    )


def _with_form(bundle: Bundle, *, with_body: bool) -> tuple[str, str] | None:
    facts = Facts(bundle)
    for call in facts.pages.calls if facts.pages else ():
        operation = facts.operations.of_call(call)
        plain = [name for name, _ in call.fields if operation and name in operation.body_fields]
        if call.by == "form" and operation and call.path.startswith("/") and (plain or not with_body):
            return call.file, plain[0] if with_body else call.path
    return None


def field_is_renamed(bundle: Bundle) -> Bundle | None:
    found = _with_form(bundle, with_body=True)
    return edit_text(bundle, found[0], rf'name="{re.escape(found[1])}"', 'name="renamed_by_mistake"') if found else None


def form_sends_elsewhere(bundle: Bundle) -> Bundle | None:
    found = _with_form(bundle, with_body=False)
    if found is None:
        return None
    changed = edit_text(bundle, found[0], rf'action="{re.escape(found[1])}"', 'action="/api/v1/nowhere/at/all"')
    return changed


def script_calls_nothing(bundle: Bundle) -> Bundle | None:
    facts = Facts(bundle)
    path = next((path for path in facts.pages.files if path.endswith(".html")), None) if facts.pages else None
    if path is None:
        return with_artifact(
            bundle, "web/extra.html", '<script>fetch("/api/v1/nowhere", {method: "POST"})</script>', role="frontend_dev"
        )
    return edit_text(bundle, path, r"</body>", '<script>fetch("/api/v1/nowhere", {method: "POST"})</script></body>')


def no_list(bundle: Bundle) -> Bundle | None:
    """Pages that say nothing of calls any more."""
    path = _list(bundle)
    if path is None:
        return None
    changed = with_content(bundle, path, "# Pages\n\nThey are beautiful and do all that is needed.\n")
    facts = Facts(changed)
    for site in facts.pages.files if facts.pages else ():
        if site.endswith(".html"):
            changed = (
                without_lines(changed, site, lambda line: "<form" in line or "data-op" in line or "fetch(" in line)
                or changed
            )
    return changed


PLANTS = (
    Plant("a page calls an address that is not there", "contract.page_operation", "web", call_of_nothing),
    Plant("a page sends a method that is not there", "contract.page_operation", "web", method_that_is_not_there),
    Plant("a page names an operation that is not there", "contract.page_operation", "web", name_of_nothing),
    Plant("a page calls nothing", "contract.page_operation", "web", idle_page),
    Plant("an operation is on no page", "contract.operation_page", "web", operation_on_no_page),
    Plant("pages name no call", "contract.operation_page", "web", no_list),
    Plant("a link leads to no page", "contract.page_link", "web", link_to_nothing),
    Plant("a field of a form is renamed", "contract.page_link", "web", field_is_renamed),
    Plant("a form sends to nowhere", "contract.page_operation", "web", form_sends_elsewhere),
    Plant("a script calls nothing", "contract.page_operation", "web", script_calls_nothing),
)
