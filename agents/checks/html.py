"""Can everybody read a page, and does it do nothing behind the reader's back?"""

import re
from collections import Counter
from dataclasses import dataclass, field

from agents.checks.html_tokens import Token, tokens
from agents.checks.result import CheckResult, failed, passed, warned
from agents.deliverable import Artifact

MAX_FINDINGS = 20
MAX_DEPTH = 200

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
# Whose end tag HTML lets the writer leave out, and what ends them.
END_OPTIONAL = frozenset("p li dt dd option optgroup thead tbody tfoot tr td th colgroup html head body".split())
_ENDED_BY = {
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "option": {"option"},
    "optgroup": {"option", "optgroup"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "tr": {"td", "th", "tr", "colgroup"},
    "tbody": {"td", "th", "tr", "thead", "tbody", "colgroup"},
    "tfoot": {"td", "th", "tr", "tbody", "colgroup"},
    "thead": {"colgroup"},
    "body": {"head"},
}
_ENDS_A_PARAGRAPH = frozenset(
    "address article aside blockquote details dialog div dl dt dd fieldset figcaption figure footer form h1 h2 h3 h4 "
    "h5 h6 header hr li main menu nav ol p pre section table td th tr ul".split()
)
_FIELDS = frozenset({"input", "select", "textarea"})
_NEEDS_NO_LABEL = frozenset({"hidden", "submit", "button", "reset", "image"})
_NAMED = frozenset("title button a h1 h2 h3 h4 h5 h6 label".split())  # empty, they say nothing
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_EMBEDS = frozenset({"iframe", "object", "embed", "frame", "frameset", "applet", "portal"})
_LOADS = frozenset({"src", "srcset", "poster", "background", "data", "xlink:href"})  # fetched without being asked
_LEADS = frozenset({"href", "action", "formaction"})
_REMOTE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_REMOTE_STYLE = re.compile(r"@import|url\(\s*[\"']?\s*(?:[a-z][a-z0-9+.-]{0,20}:)?//|expression\(", re.IGNORECASE)
_DATA_SCRIPT = frozenset({"application/json", "application/ld+json", "text/plain"})
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")


@dataclass(frozen=True, order=True)
class _Finding:
    line: int
    message: str
    remedy: str
    is_warning: bool = False


@dataclass
class _Open:
    name: str
    line: int
    is_labelled: bool = False  # by an attribute
    says_something: bool = False  # by what stands in it


def check_html(artifact: Artifact) -> list[CheckResult]:
    """Is it well-formed, labelled, titled, in a stated language, with headings in order, and free of scripts?"""
    reader = _Reader()
    reader.read(artifact.content)
    found = sorted(set(reader.found))
    found = [*[each for each in found if not each.is_warning], *[each for each in found if each.is_warning]]
    if not found:
        return [passed("html", artifact.path, "Is well-formed, labelled and free of scripts")]
    return [
        (warned if each.is_warning else failed)("html", artifact.path, each.message, each.remedy, line=each.line)
        for each in found[:MAX_FINDINGS]
    ]


@dataclass
class _Reader:
    open: list[_Open] = field(default_factory=list)
    open_names: Counter[str] = field(default_factory=Counter)
    found: list[_Finding] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    targets: list[tuple[int, str, str]] = field(default_factory=list)  # line, attribute and the id it names
    labels: set[str] = field(default_factory=set)
    unlabelled: list[tuple[int, str, str]] = field(default_factory=list)  # line, element and its id
    seen: Counter[str] = field(default_factory=Counter)
    level: int = 0  # of the last heading

    def read(self, text: str) -> None:
        for token in tokens(text):
            if token.fault:
                self._fail(token.line, token.fault, "Correct the markup; write &lt; for a “<” of the text.")
            if token.kind == "start":
                self._start(token)
            elif token.kind == "end":
                self._end(token)
            elif token.kind == "text":
                self._text(token)
            elif token.name.startswith("doctype"):
                self.seen["!doctype"] += 1
            if len(self.open) > MAX_DEPTH:
                self._fail(token.line, f"Elements are nested more than {MAX_DEPTH} deep", "Close what is open.")
                return
            if len(self.found) > 10 * MAX_FINDINGS:
                return
        self._finish()

    def _fail(self, line: int, message: str, remedy: str) -> None:
        self.found.append(_Finding(line, message, remedy))

    def _warn(self, line: int, message: str, remedy: str) -> None:
        self.found.append(_Finding(line, message, remedy, is_warning=True))

    def _start(self, token: Token) -> None:
        name, line = token.name, token.line
        self.seen[name] += 1
        self._close_implied(name)
        self._look_at_attributes(token)
        self._look_at_element(token)
        in_drawing = name in ("svg", "math") or bool(self.open_names["svg"] or self.open_names["math"])
        if token.closes_itself and name not in VOID and not in_drawing:
            self._fail(line, f"<{name}/> does not close itself in HTML", f"Write <{name}></{name}>.")
        if name in VOID or token.closes_itself:
            return
        given = token.attributes
        labelled = bool(given.get("aria-label") or given.get("aria-labelledby") or given.get("title"))
        self.open.append(_Open(name, line, labelled))
        self.open_names[name] += 1

    def _close_implied(self, name: str) -> None:
        if self.open and self.open[-1].name == "p" and name in _ENDS_A_PARAGRAPH:
            self._pop()
        while self.open and self.open[-1].name in _ENDED_BY.get(name, ()):
            self._pop()

    def _look_at_attributes(self, token: Token) -> None:
        name, line, given = token.name, token.line, token.attributes
        if identity := given.get("id"):
            if identity in self.ids:
                self._fail(line, f"The id “{identity[:60]}” stands twice", "Give each element its own id.")
            self.ids.add(identity)
        for attribute, value in given.items():
            value = value or ""
            address = re.sub(r"[\x00-\x20]", "", value[:200]).lower()
            if attribute.startswith("on"):
                self._fail(line, f"<{name}> runs a script ({attribute})", "Leave scripts out: pages work without.")
            elif attribute in _LEADS and address.startswith(("javascript:", "data:text/html", "vbscript:")):
                self._fail(line, f"<{name}> runs a script ({attribute})", "Lead to an address of the product.")
            elif attribute in _LOADS and (_REMOTE.match(value) or address.startswith(("javascript:", "vbscript:"))):
                self._fail(line, f"<{name}> loads something from elsewhere", "Draw it in SVG, or leave it out.")
            elif attribute in ("action", "formaction") and _REMOTE.match(value):
                self._fail(
                    line, "A form sends what people type to another site", "Send it to the product's own address."
                )
            elif attribute == "style" and _REMOTE_STYLE.search(value):
                self._fail(line, "A style loads something from elsewhere", "Keep styles in the page.")
            elif attribute in ("for", "aria-labelledby", "aria-describedby") and value.strip():
                self.targets += [(line, attribute, each) for each in value.split()[:20]]
            elif attribute == "tabindex" and value.strip().isdigit() and int(value.strip()[:9]) > 0:
                self._warn(line, "A tabindex above 0 breaks the order of the keyboard", 'Leave it out, or use "0".')
        if name == "label" and (target := given.get("for")):
            self.labels.add(target)

    def _look_at_element(self, token: Token) -> None:
        name, line, given = token.name, token.line, token.attributes
        if name == "html" and not _LANGUAGE.match((given.get("lang") or "").strip()):
            self._fail(line, "The page does not name its language", 'Write <html lang="…">, such as "en".')
        elif name == "img":
            if "alt" not in given:
                self._fail(line, "An image has no alternative text", 'Add alt="…" (empty for decoration).')
            elif (given["alt"] or "").strip():
                self._say()
        elif name == "script" and (given.get("type") or "").strip().lower() not in _DATA_SCRIPT:
            self._fail(line, "The page has a script", "Leave scripts out: pages work without.")
        elif name in _EMBEDS:
            self._fail(line, f"<{name}> shows another document in the page", "Write its content into the page.")
        elif name == "base":
            self._fail(line, "<base> turns every address of the page", "Leave it out.")
        elif name == "meta" and (given.get("http-equiv") or "").strip().lower() == "refresh":
            self._fail(line, "The page moves away by itself", "Leave it to the reader: write a link.")
        elif name == "link" and _REMOTE.match(given.get("href") or "") and "canonical" not in (given.get("rel") or ""):
            self._fail(line, "The page loads something from elsewhere", "Keep styles and fonts in the page.")
        elif name in _FIELDS and (given.get("type") or "").lower() not in _NEEDS_NO_LABEL:
            if not (given.get("aria-label") or given.get("aria-labelledby") or self.open_names["label"]):
                self.unlabelled.append((line, name, given.get("id") or ""))
        elif name in _HEADINGS:
            self._heading(line, int(name[1]))
        if name == "input" and (given.get("value") or given.get("aria-label")):
            self._say()

    def _heading(self, line: int, level: int) -> None:
        if level > self.level + 1:
            after = f"h{self.level}" if self.level else "the beginning"
            self._warn(line, f"A heading h{level} follows {after}", f"Use h{self.level + 1} here.")
        self.level = level

    def _end(self, token: Token) -> None:
        name, line = token.name, token.line
        if name in VOID or not name:
            return
        if not self.open_names[name]:
            inner = f", while <{self.open[-1].name}> is open" if self.open else ""
            self._fail(line, f"</{name[:40]}> closes nothing{inner}", "Close elements in the order they opened.")
            return
        while self.open[-1].name != name:
            left = self._pop()
            if left.name not in END_OPTIONAL:
                self._fail(left.line, f"<{left.name}> is never closed", f"Add </{left.name}> before </{name}>.")
        self._pop()

    def _pop(self) -> _Open:
        closed = self.open.pop()
        self.open_names[closed.name] -= 1
        is_silent = not (closed.says_something or closed.is_labelled)
        if closed.name in _NAMED and is_silent and not self.open_names["svg"]:
            what = {"a": "A link", "title": "The title", "label": "A label", "button": "A button"}.get(closed.name)
            self._fail(closed.line, f"{what or 'A heading'} is empty", "Write what it is for.")
        return closed

    def _text(self, token: Token) -> None:
        inside = self.open[-1].name if self.open else ""
        if inside == "style" and _REMOTE_STYLE.search(token.name):
            self._fail(token.line, "A style loads something from elsewhere", "Keep styles in the page.")
        elif inside not in ("style", "script"):
            self._say()

    def _say(self) -> None:
        """What is open has words now; where an element has some already, so has all around it."""
        for each in reversed(self.open):
            if each.says_something:
                return
            each.says_something = True

    def _finish(self) -> None:
        for each in list(self.open):
            if each.name not in END_OPTIONAL:
                self._fail(each.line, f"<{each.name}> is never closed", f"Add </{each.name}>.")
        for line, name, identity in self.unlabelled:
            if identity not in self.labels or not identity:
                self._fail(line, f"A {name} has no label", "Add a <label for> or an aria-label.")
        for line, attribute, target in self.targets:
            if target not in self.ids:
                self._fail(line, f"{attribute} names “{target[:60]}”, which is no id here", "Correct the id.")
        if not self.seen["title"]:
            self._fail(1, "The page has no title", "Add <title> in the head.")
        if not self.seen["html"]:
            self._fail(1, "The page does not name its language", 'Write <html lang="…">, such as "en".')
        if not self.seen["!doctype"]:
            self._warn(1, "The page does not say that it is HTML", "Begin with <!doctype html>.")
        if not any(self.seen[heading] for heading in _HEADINGS):
            self._warn(1, "The page has no heading", "Say in an <h1> what the page is for.")
        elif self.seen["h1"] != 1:
            self._warn(1, f"The page has {self.seen['h1'] or 'no'} main headings", "Use one h1, and h2 for its parts.")
