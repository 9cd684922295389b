"""What pages there are and which calls they make, from a list of pages in Markdown and from the pages themselves."""

import re
from dataclasses import dataclass, field

from agents.checks.contract.views.names import key, words
from agents.checks.contract.views.prose import CALL, Document, Table, codes, plain

MAX_HTML = 400_000
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]{0,30})((?:[\s/][^<>]{0,4000})?)>")
_ATTRIBUTE = re.compile(
    r"([a-zA-Z_:@][\w:.-]{0,60})\s{0,9}=\s{0,9}"
    r"(?:\"([^\"]{0,1000})\"|'([^']{0,1000})'|([^\s\"'>]{1,300}))"
)
_FETCH = re.compile(
    r"\bfetch\(\s{0,20}[\"'`]([^\"'`\n]{1,300})[\"'`]"
    r"(?:\s{0,20},\s{0,20}\{[^{}]{0,300}?method\s{0,9}:\s{0,9}[\"'](\w{3,7})[\"'])?"
)
_ROUTE = re.compile(r"(?<![\w/.}])(/[\w{}:<>.\[\]/-]*)")
_SAYS_ROUTE = re.compile(
    r"\b(?:address|route|url|path|adresse|ruta|adres|chemin|pfad|direcci[oó]n|[sś]cie[zż]ka)\b", re.IGNORECASE
)
_SAYS_CALLS = re.compile(
    r"\s*(?:[-*+]\s+)?[*_]{0,2}(?:api[- ])?(?:calls?|uses|operations?|endpoints?|requests?|aufrufe?|ruft auf"
    r"|appels?|llamadas?|wywo[lł]ania?)(?:\s+(?:used|made|the api|api))?[*_]{0,2}\s*:",
    re.IGNORECASE,
)
_CALL_HEADS = tuple(
    key(word)
    for word in "call calls api operation operations endpoint endpoints request requests aufruf aufrufe appel appels "
    "llamada llamadas wywołanie wywołania operationid".split()
)
_CALL_WORDS = tuple(key(word) for word in "id used made the it by http backend der die du de la".split())
_PAGE_HEADS = tuple(
    key(word)
    for word in "page pages screen screens view route address url path seite pagina ecran strona ekran "
    "adresse adres ruta".split()
)
_NAME = re.compile(r"[A-Za-z][\w.-]{2,80}\Z")


@dataclass(frozen=True)
class Call:
    """A call that a page makes, by the name of an operation, by method and path, or by both."""

    file: str
    line: int
    name: str = ""
    method: str = ""
    path: str = ""
    by: str = "text"  # or "form", "script", "attribute": where it was found
    fields: tuple[tuple[str, int], ...] = ()  # of a form, with their lines

    @property
    def told(self) -> str:
        return self.name or f"{self.method} {self.path}".strip()


@dataclass(frozen=True)
class Page:
    title: str
    file: str
    line: int
    end: int  # the line after it
    route: str = ""
    names: tuple[str, ...] = ()  # what its cell of calls names


@dataclass
class Pages:
    files: tuple[str, ...] = ()
    pages: list[Page] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    spans: list[tuple[str, int, str]] = field(default_factory=list)  # file, line and each span of code in Markdown
    links: list[tuple[str, int, str]] = field(default_factory=list)  # file, line, address of each link
    numbers: list[tuple[str, int, str]] = field(default_factory=list)  # values of min, max, maxlength and their kin

    @property
    def routes(self) -> set[str]:
        return {page.route.rstrip("/") for page in self.pages if page.route}


def read_list(view: Pages, document: Document) -> None:
    """Add what a list of pages in Markdown says."""
    file = document.path
    for number, raw in document.numbered():
        line = raw.replace("\\_", "_")
        view.calls += [Call(file, number, method=m[1], path=m[2].rstrip(".")) for m in CALL.finditer(line)]
        view.spans += [(file, number, code.strip()) for code in codes(line)]
        says = _SAYS_CALLS.match(line)
        if says:
            view.calls += [Call(file, number, name=name) for name in _names(line[says.end() :])]
    for table in document.tables:
        calls, pages = _calls_column(table), table.column(*_PAGE_HEADS)
        if calls is None:
            continue
        for row in table.rows:
            if calls >= len(row.cells):
                continue
            cell = row.cells[calls].replace("\\_", "_")
            names = tuple(_names(cell))
            view.calls += [Call(file, row.line, name=name) for name in names]
            if pages is not None:
                view.pages.append(
                    Page(plain(row.cells[0]), file, row.line, row.line + 1, _route(" ".join(row.cells[:calls])), names)
                )
    for section in document.sections:
        route = _route(section.title)
        for number in range(section.line + 1, section.end) if not route else ():
            line = document.lines[number - 1]
            said = _SAYS_ROUTE.search(line)
            if said:
                route = _route(line[said.end() :])
                break
        if route and section.level > 1:
            view.pages.append(Page(section.title, file, section.line, section.end, route))


def _calls_column(table: Table) -> int | None:
    """Return the column whose head says calls and nothing else: a subject may be called endpoint or operation too."""
    for number, head in enumerate(table.head):
        said = {key(word) for word in words(head)}
        if number and said & set(_CALL_HEADS) and said <= {*_CALL_HEADS, *_CALL_WORDS}:
            return number
    return None


def _route(text: str) -> str:
    text = CALL.sub(" ", text)
    found = _ROUTE.search(text.replace("`", " ").replace("*", " "))
    return found[1] if found else ""


def _names(text: str) -> list[str]:
    """Return the names of operations in a list of calls: code spans, or words between commas."""
    if CALL.search(text):
        return []
    parts = codes(text) or re.split(r"[,;·]|<br\s*/?>", text)
    return [part.strip(" .*_") for part in parts if _NAME.match(part.strip(" .*_"))]


def read_page(view: Pages, file: str, html: str) -> None:
    """Add the calls, links and bounds of one HTML page."""
    html = without_comments(html[:MAX_HTML])
    line, counted = 1, 0
    form: dict[str, str] | None = None
    form_line = 1
    fields: list[tuple[str, int]] = []
    for match in _TAG.finditer(html):
        line += html.count("\n", counted, match.start())
        counted = match.start()
        closing, tag = match[1], match[2].lower()
        if tag == "form" and (closing or form is not None) and form is not None:
            view.calls.append(_form(file, form_line, form, tuple(fields)))
            form = None
        if closing:
            continue
        said = {name.lower(): _unescaped(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(match[3])}
        if tag == "form":
            form, form_line, fields = said, line, []
        elif tag in ("input", "select", "textarea") and form is not None and said.get("name"):
            if said["name"].lower() in ("_method", "data-method"):
                form["method"] = said.get("value", "post")
            elif said.get("type", "").lower() not in ("submit", "button", "image"):
                fields.append((said["name"], line))
        _attributes(view, file, line, tag, said)
    if form is not None:
        view.calls.append(_form(file, form_line, form, tuple(fields)))
    for found in _FETCH.finditer(html):
        where = html.count("\n", 0, found.start()) + 1 if len(view.calls) < 500 else 1
        view.calls.append(Call(file, where, method=(found[2] or "GET").upper(), path=found[1], by="script"))


def without_comments(html: str) -> str:
    """Blank out comments but for their line breaks; one that is not closed reaches to the end."""
    parts, at = [], 0
    while (start := html.find("<!--", at)) >= 0:
        end = html.find("-->", start + 4)
        end = len(html) if end < 0 else end + 3
        parts += [html[at:start], "\n" * html.count("\n", start, end)]
        at = end
    return "".join([*parts, html[at:]])


def _attributes(view: Pages, file: str, line: int, tag: str, said: dict[str, str]) -> None:
    if tag == "a" and said.get("href"):
        view.links.append((file, line, said["href"]))
    for name in ("hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete"):
        if said.get(name):
            view.calls.append(Call(file, line, method=name[3:].upper(), path=said[name], by="attribute"))
    if tag != "form":
        for name in ("data-operation", "data-op", "data-call", "data-operation-id"):
            for operation in said.get(name, "").split():
                view.calls.append(Call(file, line, name=operation, by="attribute"))
    for name in ("min", "max", "maxlength", "minlength", "step", "size", "pattern", "data-limit", "data-max"):
        if said.get(name):
            view.numbers.append((file, line, said[name]))


def _form(file: str, line: int, said: dict[str, str], fields: tuple[tuple[str, int], ...]) -> Call:
    name = said.get("data-operation") or said.get("data-op") or said.get("data-call") or ""
    method = said.get("data-method") or said.get("method") or "get"
    return Call(file, line, name, method.upper(), said.get("action", ""), "form", fields)


def _unescaped(text: str) -> str:
    return text.replace("&quot;", '"').replace("&#x27;", "'").replace("&lt;", "<").replace("&amp;", "&")


def is_like_one_of(name: str, known: set[str]) -> bool:
    """Does `name` begin with the verb that some known operation begins with, as operations of one team do?"""
    parts = words(name)
    return len(parts) > 1 and parts[0] in {words(each)[0] for each in known if len(words(each)) > 1}
