"""Cuts what a person wrote into the clauses that can be read one by one, without what they only quote or ask."""

import re
from typing import Final

MOST_CHARS: Final = 8000  # of one text; more is cited and not read
MOST_SENTENCES: Final = 80
MOST_CLAUSE_CHARS: Final = 240

# Stands for a quotation; private use, taken out of the text before, so that nobody else can write it.
_MARK: Final = "\ue000"
_OTHERS: Final = re.compile("[\ue000-\uf8ff]")
_CODE: Final = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)", re.DOTALL)
_CITED_LINES: Final = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_QUOTES: Final = re.compile(
    '“[^”“]{0,400}[”“]|„[^“”]{0,400}[“”]|«[^»]{0,400}»|»[^«]{0,400}«|"[^"\n]{0,400}"|`[^`\n]{0,400}`'
    r"|(?<!\w)['‘][^'’\n]{1,200}['’](?!\w)"
)
_LIST_MARK: Final = re.compile(r"^\s*(?:[-*+•–]|\d{1,3}[.)]|#{1,6})\s+")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?;…])\s+|\n+|:\s+|\s+[–—]\s+|\s+-\s+|\s*[()]\s*")

# What makes a clause no decision: a condition, a doubt, a question asked in words, somebody else's opinion.
_OPEN: Final = re.compile(
    r"\b(?:if|unless|when(?:ever)?|whether|until|in case|provided|maybe|perhaps|possibly|probably|might|could|"
    r"would|consider|think "
    r"about|not sure|unsure|undecided|why|should we|shall we|do we|can we|wenn|falls|sobald|solange|außer|vielleicht|"
    r"eventuell|könnte|könnten|ob|warum|möglicherweise|peut-être|sauf|pourquoi|éventuellement|quizás|quizá|"
    r"tal vez|cuando|salvo|excepto|jeśli|jeżeli|gdy|chyba|może być|dlaczego|czy|except|without (?:their|his|her) "
    r"consent"
    r"|says|said|claims?|asks?|asked|used to|formerly|for example|e\.g\.)\b|\bsi\s|\bs['’]il (?!vous|te)",
    re.IGNORECASE,
)
_LIKE: Final = re.compile(r"\bwould (?:like|prefer)\b|(?<=[a-z])['’]d (?:like|prefer)\b", re.IGNORECASE)
# The reason for a decision decides nothing.
_REASON: Final = re.compile(
    r",?\s+(?:because|since (?:we|it|they|nobody)|as (?:we|it|they|nobody)|weil|denn|parce qu|car (?:nous|on|il)|"
    r"porque|"
    r"ponieważ|gdyż|bo)\b.*$",
    re.IGNORECASE,
)
# Where a comma or an "and" begins a new clause and not the next item of a list.
_STARTS: Final = (
    "use|take|go|switch|choose|pick|prefer|call|rename|name|say|no|not|never|only|just|don['’]?t|do|drop|remove|"
    "leave|keep|send|"
    "without|with|store|let|we|it|they|you|there|instead|but|please|skip|avoid|omit|limit|allow|replace|build|write|"
    "links?|make|show|add|also|so|because|since|as|that|which|"
    "kein\\w*|ohne|nicht|nur|bitte|wir|nehmt|nimm|nutzt|verwendet|nennt|lasst|sondern|aber|weil|"
    "pas|sans|aucune?|mais|utilisez|prenez|nous|on|appelez\\S*|car|"
    "sin|pero|sino|usa|usad|solo|sólo|nada|porque|"
    "bez|nie|ale|lecz|tylko|użyj\\w*|bo|żadn\\w+"
)
_CUT: Final = re.compile(
    rf"\s*,\s*(?:(?:and|but|so|then|und|aber|sondern|et|mais|y|pero|sino|i|a|ale|lecz|or|"
    rf"oder)\s+)?(?=(?:{_STARTS})\b)"
    rf"|\s+(?:but|aber|sondern|mais|pero|sino|ale|lecz)\s+"
    rf"|\s+(?:and|und|et|y|i|oraz)\s+(?=(?:{_STARTS})\b)",
    re.IGNORECASE,
)


def clauses_of(text: str) -> list[tuple[str, ...]]:
    """Return each sentence that may decide something, whole, followed by its clauses when it has more than one.

    Questions, conditions, doubts, quoted lines and code are left out. A quotation of at most four words stays, in
    “ ”, because a clause may need it (`call it “loan”`); what stands in a longer one is not read.
    """
    found: list[tuple[str, ...]] = []
    for sentence, quotes in _read(text):
        sentence = _REASON.sub("", _LIKE.sub("want", sentence))
        if sentence.endswith("?") or _OPEN.search(sentence):
            continue
        whole = sentence.strip(" .!;…,")
        parts = [part.strip(" ,") for part in _CUT.split(whole)]
        group = [whole, *(parts if len(parts) > 1 else [])]
        found.append(tuple(_back(part, quotes) for part in group if part and len(part) <= MOST_CLAUSE_CHARS))
        if len(found) >= MOST_SENTENCES:
            break
    return [group for group in found if group]


def _read(text: str) -> list[tuple[str, list[str]]]:
    text = _OTHERS.sub("", text[:MOST_CHARS])
    text = _CITED_LINES.sub("", _CODE.sub(" ", text))
    quotes: list[str] = []

    def mark(match: re.Match[str]) -> str:
        quotes.append(match[0][1:-1].strip())
        return f"{_MARK}{len(quotes) - 1}{_MARK}"

    marked = _QUOTES.sub(mark, text)
    found = []
    for part in _SENTENCE_END.split(marked):
        sentence = " ".join(_LIST_MARK.sub("", part).split())
        if sentence:
            found.append((sentence, quotes))
    return found


def _back(text: str, quotes: list[str]) -> str:
    def put(match: re.Match[str]) -> str:
        said = quotes[int(match[1])]
        return f"“{said}”" if len(said.split()) <= 4 and not re.search(r"[“”.!?;:\n]", said) else "“…”"

    return re.sub(f"{_MARK}(\\d+){_MARK}", put, text)
