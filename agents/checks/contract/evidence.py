"""Does what is quoted from the brief really stand there?"""

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts
from agents.checks.contract.views.lined import Mapping
from agents.checks.contract.views.prose import Document, plain
from agents.deliverable import DOMAIN_PATH, Domain

MAX_QUOTES = 2_000  # of one bundle that are looked at
_QUOTE = re.compile(r"[“„«\"]([^“”„«»\"\n]{12,600})[”“»\"]")
_TAG = re.compile(r"<[^<>]{0,200}>")
_CODE = re.compile(r"```.{0,5000}?```|`[^`\n]{0,300}`", re.DOTALL)
_SAYS = re.compile(
    r"\bbrief|requirement|\bsays\b|\basks?\b|stated|auftrag|anforderung|demande|cahier|solicita|encargo|zleceni|zam[oó]wi",
    re.IGNORECASE,
)
_BRIEF_HEAD = re.compile(r"brief|auftrag|encargo|zleceni|demande", re.IGNORECASE)
_PARTS = (("entities", "source"), ("operations", "source"), ("rules", "source"), ("events", "source"))


@lru_cache(maxsize=4_000)
def flat(text: str) -> str:
    """Return the words of a text, so that marks, quotes, case and line breaks make no difference."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", html.unescape(text)).casefold()))


class Source:
    """All that may be quoted: the brief, its title, and what people decided and said."""

    def __init__(self, facts: Facts) -> None:
        bundle = facts.bundle
        people = [*(decision.text for decision in bundle.human_decisions), *bundle.said]
        # What was read may have lost its tags and its code; either way it is the brief's.
        plain_texts = [_TAG.sub(" ", bundle.brief), _TAG.sub("", bundle.brief), _CODE.sub(" ", bundle.brief)]
        texts = [bundle.brief, *plain_texts, bundle.feature_name, *people]
        self.text = " \n ".join(flat(text) for text in texts)

    def holds(self, quote: str) -> bool:
        """Does each piece between ellipses stand there, in order or not?"""
        pieces = [flat(piece) for piece in re.split(r"…|\.\.\.|\[…\]", quote)]
        return all(piece in self.text for piece in pieces if piece)


def judge(facts: Facts) -> list[Finding] | None:
    bundle = facts.bundle
    if not bundle.brief.strip() or not (bundle.requirements or bundle.domain or bundle.decisions):
        return None
    source = Source(facts)
    found = []
    for requirement in bundle.requirements:
        if requirement.source_text and not source.holds(requirement.source_text):
            path, line = facts.cited(requirement.key)
            found.append(_invented(path, line, f"{requirement.key} quotes", requirement.source_text))
    if facts.domain is not None:
        found += _domain(facts, facts.domain, source)
    found += _decisions(facts, source)
    found += _documents(facts, source)
    return found


def _invented(path: str | None, line: int | None, what: str, quote: str, *, serious: bool = True) -> Finding:
    return Finding(
        path,
        line,
        f"{what} “{quote[:160]}”, which does not stand in the brief",
        "Quote the brief word for word, or leave the quotation out.",
        serious,
    )


def _domain(facts: Facts, domain: Domain, source: Source) -> Iterator[Finding]:
    document = facts.domain_lines
    path = DOMAIN_PATH if facts.bundle.artifact(DOMAIN_PATH) else None

    def line(part: str, index: int, word: str) -> int | None:
        entries = document.items_of(part) if document is not None else []
        entry = entries[index][0] if index < len(entries) else None
        return entry.line_of(word) if isinstance(entry, Mapping) else None

    for part, word in _PARTS:
        for index, entry in enumerate(getattr(domain, part)):
            said = entry.source
            if said and not source.holds(said):
                name = getattr(entry, "name", None) or entry.key
                yield _invented(path, line(part, index, word), f"`{name}` quotes", said)
    for index, entity in enumerate(domain.entities):
        for field in entity.fields:
            if field.source and not source.holds(field.source):
                where = line("entities", index, "fields")
                yield _invented(path, where, f"The field `{entity.name}.{field.name}` quotes", field.source)
    for index, limit in enumerate(domain.limits):
        if limit.text and not source.holds(limit.text):
            yield _invented(path, line("limits", index, "text"), f"{limit.key} quotes", limit.text)
    for index, relation in enumerate(domain.relations):
        if len(flat(relation.evidence).split()) >= 4 and not source.holds(relation.evidence):
            name = f"The relation `{relation.source}` to `{relation.target}` quotes"
            yield _invented(path, line("relations", index, "evidence"), name, relation.evidence)


def _decisions(facts: Facts, source: Source) -> Iterator[Finding]:
    """Quotes in a decision's text or reasons: serious when it says that the brief says so."""
    known = {flat(requirement.text) for requirement in facts.bundle.requirements}
    for decision in facts.bundle.decisions:
        for text in (decision.text, decision.rationale):
            for match in list(_QUOTE.finditer(text))[:20]:
                quote = match[1]
                told = _SAYS.search(text[max(0, match.start() - 80) : match.start()])
                if len(flat(quote).split()) < (4 if told else 6) or source.holds(quote) or flat(quote) in known:
                    continue
                what = f"D-{decision.number} ({decision.key}) quotes"
                yield _invented(None, None, what, quote, serious=bool(told))


def _documents(facts: Facts, source: Source) -> Iterator[Finding]:
    """Columns headed “the brief says”, and quotes in lines that speak of the brief."""
    looked_at = 0
    for artifact in facts.bundle.artifacts:
        if not artifact.path.lower().endswith(".md"):
            continue
        document = Document(artifact.path, artifact.content)
        for table in document.tables:
            columns = [number for number, head in enumerate(table.head) if _BRIEF_HEAD.search(head)]
            for row in table.rows:
                for number in columns:
                    cell = plain(row.cells[number]) if number < len(row.cells) else ""
                    looked_at += 1
                    if looked_at > MAX_QUOTES:
                        return
                    # A cell with the key of a limit or requirement claims to be a quotation.
                    if re.match(r"[RLC]-\d", plain(row.cells[0])) and cell and not source.holds(cell):
                        yield _invented(artifact.path, row.line, "The table quotes", cell)
        for line, text in document.numbered():
            if "brief" not in text.lower() or text.lstrip().startswith("|"):
                continue
            for match in list(_QUOTE.finditer(text))[:10]:
                looked_at += 1
                if looked_at > MAX_QUOTES:
                    return
                if len(flat(match[1]).split()) >= 4 and not source.holds(match[1]):
                    yield _invented(artifact.path, line, "The line quotes", match[1])


CHECK = ContractCheck(
    "contract.evidence",
    "Quotations from the brief, in requirements, domain, decisions and documents, with the brief",
    "failed; a quotation that nobody says is from the brief: warning",
    "Whether a true quotation supports what is concluded from it; paraphrases.",
    judge,
)
