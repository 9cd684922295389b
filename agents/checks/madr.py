"""Has a decision record what a reader of it needs? By MADR (https://adr.github.io/madr/), in five languages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from agents.checks.result import CheckResult, failed, passed, warned
from agents.deliverable import Artifact

_PARTS = {
    "context": r"context|problem|kontext|ausgangslage|contexte|probl[eè]me|contexto|kontekst|tło",
    "options": r"options?|alternatives?|optionen|alternativen|opciones|alternativas|opcje|alternatyw",
    "decision": r"decision|outcome|entscheidung|décision|decisión|decyzja|rozstrzygnięcie",
    "consequences": r"consequences?|konsequenzen|folgen|auswirkungen|conséquences|consecuencias|konsekwencje|skutki",
}
_PATTERNS = {name: re.compile(rf"(?i)\b({words})") for name, words in _PARTS.items()}
_REMEDIES = {
    "context": "Add ## Context and Problem Statement: what forces the decision, with its requirements.",
    "options": "Add ## Considered Options with at least two that somebody could really choose.",
    "decision": "Add ## Decision Outcome: the option that was chosen, and why.",
    "consequences": "Add ### Consequences: what becomes better, and what becomes worse.",
}
_HEADING = re.compile(r"(#{1,6})\s+(\S.*)")
_ITEM = re.compile(r"(?:[-*+]|\d{1,3}[.)])\s+\S")
_STATUS = re.compile(r"(?im)^\W{0,4}(status|statut|estado|stan)\b")


@dataclass
class _Section:
    title: str
    level: int
    line: int
    text: list[str] = field(default_factory=list)
    parts: list["_Section"] = field(default_factory=list)  # with deeper headings, up to the next of this level


def check_madr(artifact: Artifact) -> list[CheckResult]:
    """Are there context, two options or more, a decision and its consequences?"""
    sections = list(_sections(artifact.content))
    results = []
    if not sections or sections[0].level != 1:
        told = "The record has no title"
        results.append(failed("madr", artifact.path, told, "Begin with # and what was decided.", line=1))
    for name in _PARTS:
        found = _find(name, sections)
        if found is None:
            results.append(failed("madr", artifact.path, f"The record has no {name}", _REMEDIES[name], line=1))
        elif not any(line.strip() for each in (found, *found.parts) for line in each.text):
            told = f"“{found.title[:60]}” is empty"
            results.append(failed("madr", artifact.path, told, _REMEDIES[name], line=found.line))
        elif name == "options" and (count := _options(found)) < 2:
            told = f"“{found.title[:60]}” names {count or 'no'} option{'s' if count != 1 else ''}"
            results.append(failed("madr", artifact.path, told, _REMEDIES[name], line=found.line))
    if not _STATUS.search(artifact.content[:20_000]):
        told = "The record does not say whether it holds"
        results.append(warned("madr", artifact.path, told, "Add a line such as Status: accepted.", line=1))
    if not results:
        return [passed("madr", artifact.path, "Has context, options, decision and consequences")]
    return sorted(results, key=lambda result: result.status != "failed")


def _sections(text: str) -> Iterator[_Section]:
    above: list[_Section] = []
    fenced = False
    for number, line in enumerate(text.split("\n"), start=1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        found = None if fenced else _HEADING.match(line)
        if not found:
            if above:
                above[-1].text.append(line)
            continue
        section = _Section(found[2].strip(" #"), len(found[1]), number)
        while above and above[-1].level >= section.level:
            above.pop()
        for each in above:
            each.parts.append(section)
        above.append(section)
        yield section


def _find(name: str, sections: list[_Section]) -> _Section | None:
    """Return the section for a part: the one whose title begins with its word, else one that holds it."""
    below = [each for each in sections if each.level > 1]
    if name == "decision":  # “Decision Drivers” are context
        below = [each for each in below if not re.search(r"(?i)drivers?|treiber", each.title)]
    if name == "options":  # “Pros and Cons of the Options” repeats them
        below.sort(key=lambda each: bool(re.search(r"(?i)\bpros\b|\bcons\b", each.title)))
    begins = [each for each in below if (found := _PATTERNS[name].search(each.title)) and found.start() == 0]
    return next(iter(begins or [each for each in below if _PATTERNS[name].search(each.title)]), None)


def _options(section: _Section) -> int:
    """Count options: headings one level deeper, else items at the margin, else rows of a table."""
    headings = [part for part in section.parts if part.level == section.level + 1]
    items = [line for line in section.text if _ITEM.match(line)]
    rows = [line for line in section.text if line.lstrip().startswith("|")]
    return max(len(headings), len(items), len(rows) - 2)
