"""A brief cut into sentences, each with the section it stands in."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from agents.brief.tables import SCENARIO, is_row, is_table, row_text, sentences_of_table, step_of

MAX_SENTENCE_CHARS = 1500
MAX_LINES = 6000  # of a brief of 256 kB; beyond it nothing is read closely anyway

Scope = Literal["in", "out", "context", "actors"]

_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$")
_UNDERLINE = re.compile(r"^\s*(=|-){3,}\s*$")
_ITEM = re.compile(r"^\s*(?:[-*•–·▪‣+]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+")
_LABEL = re.compile(r"^\**([^\W\d_][^.:;!?\n*]{0,45}?)\**\s*:\**\s+(?=\S)")
_FENCED = re.compile(r"(```|~~~).*?(?:\1|\Z)", re.DOTALL)
_TAG = re.compile(r"<[^<>\n]{1,300}>")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+|\b[\w.+-]{1,64}@[\w-]{1,64}\.[\w.]{1,64}", re.IGNORECASE)
_ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|z\.\s?B|d\.\s?h|u\.\s?a|bzw|ca|vgl|Nr|No|approx|p\.\s?ex|etc|vs|Mr|Mrs|Dr|St|np|tzn|tj|"
    r"p\.\s?ej|Sr|Sra|max|min)\.$",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?…]+[\"'”’»)]*\s+(?=[\"'“‘«(¿¡]?[A-Z0-9À-ÖØ-ÞŁŚŻŹĆ])|[.!?…]+[\"'”’»)]*$|[。！？]")
_DAY = re.compile(r"\b\d{1,2}\.$")
_MONTH = re.compile(r"(?:Jan|Feb|M[äa]r|Apr|Ma[iy]|Jun|Jul|Aug|Sep|O[kc]t|Nov|De[zc])")
_MARKUP = re.compile(r"(\*\*|__|`)")

_OUT = re.compile(
    r"out of scope|not (?:now|yet|in scope|included|part)|non-?goals|later|won'?t|exclu|nicht "
    r"(?:jetzt|enthalten|teil)|später|außerhalb"
    r"|hors (?:du )?(?:périmètre|sujet|champ)|pas maintenant|plus tard|fuera de(?:l)? alcance|no incluido|más "
    r"adelante|poza zakresem|nie teraz"
    r"|nie obejmuje|no entra|non inclus|ausgeschlossen|nicht im umfang",
    re.IGNORECASE,
)
_CONTEXT = re.compile(
    r"^(?:context|background|today|current|problem|motivation|introduction|why|kontext|hintergrund|"
    r"ausgangslage|heute|contexte|aujourd|situation"
    r"|contexto|antecedentes|hoy|kontekst|obecnie|tło)",
    re.IGNORECASE,
)
_ACTORS = re.compile(
    r"^(?:users?|roles?|actors?|who|people|personas?|stakeholders?|nutzer|benutzer|rollen|akteure|wer|"
    r"utilisateurs?|rôles?|acteurs?|qui"
    r"|usuarios?|roles|quiénes?|actores|użytkownicy|role|aktorzy|kto)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sentence:
    text: str  # as the brief has it, on one line
    section: str  # the heading or label it stands under, empty at the top
    scope: Scope
    heading: bool = False
    item: bool = False
    said: str = ""  # what a row of a table or a step of a scenario says, in a sentence

    @property
    def words(self) -> str:
        """What the word rules read."""
        return self.said or self.text


def sentences_of(brief: str, *, most: int, is_deed: Callable[[str], bool]) -> tuple[list[Sentence], int]:
    """Return at most `most` different sentences in the order of the brief, and how many different ones it has.

    `is_deed` tells a verb: "HR maintains contracts: …" is a sentence, "Users: …" a label.
    """
    found: dict[str, Sentence] = {}
    section, scope = "", _scope_of("")
    paragraph: list[str] = []
    is_item = False

    def keep(sentence: Sentence) -> None:
        found.setdefault(sentence.words.casefold(), sentence)

    def flush() -> None:
        nonlocal section, scope
        text = " ".join(" ".join(paragraph).split())
        paragraph.clear()
        if text:
            for sentence in _split(text, section, scope, is_item, is_deed):
                keep(sentence)

    lines = _FENCED.sub(_prose_of_fence, brief).split("\n")[:MAX_LINES]
    step = ""  # the kind of the Gherkin step before, inside a scenario
    in_scenario = False
    table_ends = -1
    for place, line in enumerate(lines):
        following = lines[place + 1] if place + 1 < len(lines) else ""
        if place < table_ends:
            continue
        heading = _HEADING.match(line)
        scenario = SCENARIO.match(line) if len(line) < 300 else None
        told = step_of(line, before=step) if in_scenario else None
        if heading or not line.strip():
            step, in_scenario = "", in_scenario and not heading
        if is_table(line, following):
            flush()
            table_ends = next((end for end in range(place + 2, len(lines)) if not is_row(lines[end])), len(lines))
            rows = lines[place + 2 : table_ends]
            for row, sayings in zip(
                rows, sentences_of_table(line, rows, section=section, is_deed=is_deed), strict=False
            ):
                for said in sayings:
                    if any(char.isalpha() for char in said):
                        keep(Sentence(row_text(row), section, scope, item=True, said=said))
        elif scenario is not None:
            flush()
            in_scenario, step, is_item = True, "", False
            if scenario["name"]:
                keep(Sentence(_plain(scenario["name"]), section, scope, heading=True))
        elif told is not None:
            flush()
            step = told[0]
            keep(Sentence(_plain(line), section, "context" if step == "given" else scope, item=True, said=told[1]))
        elif heading or (
            line.strip() and len(line) < 90 and _UNDERLINE.match(following) and not _UNDERLINE.match(line)
        ):
            flush()
            section = _plain(heading[1] if heading else line)
            scope = _scope_of(section)
            if section:
                keep(Sentence(section, "", scope, heading=True))
            is_item = False
        elif _UNDERLINE.match(line) or not line.strip():
            flush()
            is_item = False
        elif _ITEM.match(line):
            flush()
            is_item = True
            paragraph.append(_ITEM.sub("", line, count=1))
        elif _ends_as_label(line) and not paragraph:
            section = _plain(line.rstrip().rstrip(":"))
            scope = _scope_of(section)
        elif _is_bare_heading(line, following) and not paragraph:
            section = _plain(line)
            scope = _scope_of(section)
        else:
            label = _LABEL.match(line) if paragraph and line[:1].isupper() else None
            if label and (not is_item or _scope_of(label[1]) != "in"):
                flush()
                is_item = False
            paragraph.append(line)
    flush()
    kept = list(found.values())
    return kept[:most], len(kept)


_STEPS = re.compile(r"^\s*(?:feature|scenario|given|funktionalität|szenario|scénario|escenario)\b", re.IGNORECASE)


def _prose_of_fence(fence: re.Match[str]) -> str:
    """What stands between fences is code and left out, unless it is prose: Gherkin or plain text."""
    language, _, inside = fence[0].strip("`~").partition("\n")
    prose = language.strip().lower() in ("gherkin", "feature", "cucumber", "text", "txt", "markdown", "md")
    kept = prose or (not language.strip() and _STEPS.match(inside))
    return f"\n\n{inside}\n\n" if kept else "\n\n"  # what stands before and behind is no one sentence


def _split(text: str, section: str, scope: Scope, is_item: bool, is_deed: Callable[[str], bool]) -> list[Sentence]:
    label = _LABEL.match(text)
    if (
        label
        and len(label[1].split()) <= 4
        and not _reads_as_subject(label[1])
        and not any(map(is_deed, label[1].split()[1:]))
    ):
        named = _scope_of(label[1])
        if named != "in":
            scope = named
        section, text = _plain(label[1]), text[label.end() :]
    parts: list[str] = []
    start = 0
    for end in _END.finditer(text):
        dated = _DAY.search(text[max(start, end.start() - 3) : end.start() + 1]) and _MONTH.match(text, end.end())
        if dated or _ABBREVIATION.search(text[max(start, end.start() - 12) : end.start() + 1]):
            continue
        parts.append(text[start : end.end()].strip())
        start = end.end()
    parts.append(text[start:].strip())
    parts = [piece for part in parts for piece in _pieces(part)]
    sentences = []
    for place, part in enumerate(part for part in parts if part):
        words = part.rstrip(".").split()
        if len(words) <= 2 and place == 0 and len(parts) > 2 and part.endswith("."):  # "Context. 120 employees …"
            section = _plain(part.rstrip("."))
            scope = _scope_of(section) if _scope_of(section) != "in" or scope == "context" else scope
            continue
        sentences.append(Sentence(part, section, scope, item=is_item))
    return sentences


def _pieces(part: str) -> list[str]:
    """A sentence without end is read in pieces: the word rules look back and forth, and must stay bounded."""
    if len(part) <= MAX_SENTENCE_CHARS:
        return [part]
    pieces = []
    while part:
        cut = (
            part.rfind(" ", MAX_SENTENCE_CHARS // 2, MAX_SENTENCE_CHARS)
            if len(part) > MAX_SENTENCE_CHARS
            else len(part)
        )
        cut = cut if cut > 0 else MAX_SENTENCE_CHARS
        pieces.append(part[:cut].strip())
        part = part[cut:].strip()
    return pieces


def _reads_as_subject(label: str) -> bool:
    """ "An account registers endpoints: URL, …" is a sentence whose list follows, no label."""
    return len(label.split()) > 3 or label.split()[0].lower() in (
        "a",
        "an",
        "the",
        "each",
        "every",
        "ein",
        "eine",
        "der",
        "die",
        "das",
        "un",
        "une",
        "le",
        "la",
        "les",
        "el",
        "los",
        "las",
        "każdy",
        "każda",
    )


def _scope_of(section: str) -> Scope:
    if _OUT.search(section):
        return "out"
    if _CONTEXT.search(section):
        return "context"
    if _ACTORS.search(section):
        return "actors"
    return "in"


def _ends_as_label(line: str) -> bool:
    text = line.strip()
    return text.endswith(":") and len(text.split()) <= 5 and not _reads_as_subject(text)


def _is_bare_heading(line: str, following: str) -> bool:
    """A short line without an end mark, before a list or a blank line's text, is a heading: "Rules"."""
    text = line.strip()
    return bool(
        text
        and len(text.split()) <= 3
        and text[-1].isalpha()
        and text[0].isupper()
        and (_ITEM.match(following) is not None)
    )


def _plain(text: str) -> str:
    return " ".join(_MARKUP.sub("", text).split())


def readable(text: str) -> str:
    """Return `text` without markup, tags and addresses: what the word rules read."""
    return _ADDRESS.sub(" ", _TAG.sub(" ", _MARKUP.sub("", text)))
