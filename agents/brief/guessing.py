"""Verbs that no word list has, told by their endings and by where they stand."""

from typing import Final

from agents.brief.token import Token
from agents.brief.words import Lexicon, Verb

_ARTICLES: Final = {
    "fr": frozenset("le la les l' un une des leur leurs son sa ses ce cette ces chaque".split()),
    "es": frozenset("el la los las un una unos unas su sus cada".split()),
    "de": frozenset("der die das den dem ein eine einen einem einer jeden jede jedes alle ihre ihren seine".split()),
}
_BE: Final = frozenset("jest są był była było były będzie będą zostaje zostają został została zostało zostały".split())
_NO_VERBS: Final = frozenset(
    "oft jetzt sofort dort bereits fast erst nicht meist sonst selbst zuletzt zunächst".split()
)


_SEPARABLE: Final = ("zurück", "hinzu", "herunter", "weiter", "frei", "ein", "aus", "vor")
_ODD_GERMAN: Final = (
    ("tritt", "treten"),
    ("gibt", "geben"),
    ("nimmt", "nehmen"),
    ("hält", "halten"),
    ("läuft", "laufen"),
    ("lädt", "laden"),
    ("weist", "weisen"),
    ("liest", "lesen"),
    ("schließt", "schließen"),
)
_PASSIVES: Final = (("ana", "ać"), ("any", "ać"), ("ane", "ać"), ("ani", "ać"), ("ona", "ić"), ("ony", "ić"))


def unknown_verb(
    word: str, before: Token | None, after: Token | None, *, finite: bool, lexicon: Lexicon
) -> Verb | None:
    """Return the verb that an unknown word must be, or None. English has rules of its own, by word order."""
    if len(word) < 5 or word in _NO_VERBS:
        return None
    if lexicon.code == "pl":
        return _polish(word, before, after)
    if lexicon.code == "fr" and before is not None and before.lower == "en" and word.endswith("ant"):
        known = lexicon.verbs.get(word.removesuffix("ant") + "er")
        return Verb(known[0].lemma, known[0].kind, "base") if known else None
    if (
        lexicon.code == "de"
        and (not finite or (before is not None and before.tag == "C"))
        and word.startswith(_SEPARABLE)
        and word.endswith("t")
    ):
        stem = next((word.removesuffix(odd) + plain for odd, plain in _ODD_GERMAN if word.endswith(odd)), "")
        return Verb(stem or word.removesuffix("t") + "en", "action", "s")
    if lexicon.code not in _ARTICLES or finite or before is None or after is None:
        return None
    if before.tag not in ("N", "C") or after.lower not in _ARTICLES[lexicon.code]:
        return None
    return _by_ending(word, lexicon.code) if before.tag == "N" else None


def _polish(word: str, before: Token | None, after: Token | None) -> Verb | None:
    if word.endswith(("ać", "eć", "ić", "yć", "ąć", "uć")):
        return Verb(word, "plain" if word in ("zostać", "być", "stać", "trwać") else "action", "base")
    for ending, infinitive in (("uje", "ować"), ("ują", "ować"), ("ają", "ać"), ("eją", "eć")):
        if word.endswith(ending):
            return Verb(word.removesuffix(ending) + infinitive, "action", "s")
    passive = (after is not None and after.lower in _BE) or (before is not None and before.lower in _BE)
    for ending, infinitive in (
        ("ana", "ać"),
        ("any", "ać"),
        ("ane", "ać"),
        ("ani", "ać"),
        ("ona", "ić"),
        ("ony", "ić"),
    ):
        if passive and word.endswith(ending):
            return Verb(word.removesuffix(ending) + infinitive, "action", "ed")
    return None


def _by_ending(word: str, code: str) -> Verb | None:
    endings = {
        "fr": (("ent", "er"), ("e", "er")),
        "es": (("an", "ar"), ("en", "er"), ("a", "ar")),
        "de": (("en", "en"), ("iert", "ieren"), ("t", "en")),
    }[code]
    for ending, infinitive in endings:
        if word.endswith(ending):
            return Verb(word.removesuffix(ending) + infinitive, "action", "s")
    return None
