"""Do YAML, JSON and HTML files parse?"""

import json
from html.parser import HTMLParser

import yaml

from agents.checks.result import CheckResult, failed, passed
from agents.deliverable import Artifact

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_YAML_ALIASES = 200  # a few lines of nested aliases unfold to gigabytes

# Elements without an end tag, and those whose end tag HTML lets the writer leave out.
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_END_OPTIONAL = frozenset("p li dt dd option optgroup thead tbody tfoot tr td th colgroup".split())


def load_yaml(text: str) -> object:
    """Return the value of the one document in `text`; raises yaml.YAMLError."""
    aliases = sum(1 for event in yaml.parse(text, Loader=_Loader) if isinstance(event, yaml.AliasEvent))
    if aliases > MAX_YAML_ALIASES:
        raise yaml.YAMLError(f"{aliases} aliases, at most {MAX_YAML_ALIASES} are read")
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - both loaders are safe ones


def check_yaml(artifact: Artifact) -> list[CheckResult]:
    """Does it parse, and is it a mapping or a list?"""
    try:
        value = load_yaml(artifact.content)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        why = getattr(error, "problem", None) or str(error) or "nested too deep"
        line = mark.line + 1 if mark else None
        return [failed("yaml", artifact.path, f"Is no YAML: {why}", "Correct the line, or quote the value.", line=line)]
    if not isinstance(value, dict | list):
        return [failed("yaml", artifact.path, "Holds no mapping and no list", "Write the document as a mapping.")]
    return [passed("yaml", artifact.path, "Parses as YAML")]


def check_json(artifact: Artifact) -> list[CheckResult]:
    """Does it parse as JSON proper, without NaN and without the same key twice?"""
    try:
        json.loads(artifact.content, parse_constant=_refuse, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        why = getattr(error, "msg", None) or str(error)
        return [failed("json", artifact.path, f"Is no JSON: {why}", "Correct the notation.", line=line)]
    return [passed("json", artifact.path, "Parses as JSON")]


def check_html(artifact: Artifact) -> list[CheckResult]:
    """Is every element closed in order, every field labelled, and is the language of the page named?"""
    reader = _HtmlReader()
    try:
        reader.feed(artifact.content)
        reader.close()
    except AssertionError as error:  # html.parser's answer to a broken declaration
        reader.faults.append((reader.getpos()[0], f"cannot be read: {error}", "Correct the markup."))
    faults = reader.faults + reader.left_over()
    if not faults:
        return [passed("html", artifact.path, "Is well-formed and labelled")]
    return [failed("html", artifact.path, message, remedy, line=line) for line, message, remedy in sorted(faults)[:20]]


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON value")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        doubled = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key “{doubled}” stands twice")
    return found


class _HtmlReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, int]] = []
        self.faults: list[tuple[int, str, str]] = []
        self.ids: set[str] = set()
        self.label_targets: set[str] = set()
        self.unlabelled: list[tuple[int, str, str | None]] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line, given = self.getpos()[0], dict(attrs)
        self.seen.add(tag)
        if tag == "html" and not given.get("lang"):
            self.faults.append((line, "The page does not name its language", 'Write <html lang="…">.'))
        if tag == "img" and "alt" not in given:
            self.faults.append((line, "An image has no alternative text", 'Add alt="…" (empty for decoration).'))
        identity = given.get("id")
        if identity:
            if identity in self.ids:
                self.faults.append((line, f"The id “{identity}” stands twice", "Give each element its own id."))
            self.ids.add(identity)
        if tag == "label" and given.get("for"):
            self.label_targets.add(str(given["for"]))
        if tag in ("input", "select", "textarea") and given.get("type") not in ("hidden", "submit", "button", "reset"):
            named = given.get("aria-label") or given.get("aria-labelledby")
            if not named and not any(name == "label" for name, _ in self.open):
                self.unlabelled.append((line, tag, identity))
        if tag not in _VOID:
            self.open.append((tag, line))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID and not any(name == "svg" for name, _ in self.open[:-1]) and tag != "svg":
            line = self.getpos()[0]
            self.faults.append((line, f"<{tag}/> does not close itself in HTML", f"Write <{tag}></{tag}>."))
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        line = self.getpos()[0]
        if not any(name == tag for name, _ in self.open):
            inner = f", while <{self.open[-1][0]}> is open" if self.open else ""
            self.faults.append((line, f"</{tag}> closes nothing{inner}", "Close elements in the order they opened."))
            return
        while self.open[-1][0] != tag:
            name, opened = self.open.pop()
            if name not in _END_OPTIONAL:
                self.faults.append((opened, f"<{name}> is never closed", f"Add </{name}> before </{tag}>."))
        self.open.pop()

    def left_over(self) -> list[tuple[int, str, str]]:
        faults = [
            (line, f"<{tag}> is never closed", f"Add </{tag}>.")
            for tag, line in self.open
            if tag not in _END_OPTIONAL | {"html", "body", "head"}
        ]
        faults += [
            (line, f"A {tag} has no label", "Add a <label for> or an aria-label.")
            for line, tag, identity in self.unlabelled
            if identity not in self.label_targets
        ]
        if "title" not in self.seen:
            faults.append((1, "The page has no title", "Add <title> in the head."))
        return faults
