"""Which words are verbs in German, and in French, Spanish and Polish."""

from agents.brief.guessing import unknown_verb
from agents.brief.token import BREAKS, Token
from agents.brief.words import Lexicon, Verb


def romance_verb(
    verbs: tuple[Verb, ...], token: Token, tag: str, follow: str, lexicon: Lexicon
) -> tuple[str, Verb | None] | None:
    verb = verbs[0]
    forms = {candidate.form: candidate for candidate in verbs}
    if tag in ("D", "#", "A"):
        return None
    if "base" in forms:
        return "V", forms["base"]
    if tag in ("X", "O", "G", "R") or (tag == "P" and "s" not in forms):
        return "V", forms.get("ed") if tag == "X" and "ed" in forms else verb
    if "s" in forms:
        if tag in ("N", "C", ",", "S", "V", "'", ".") and (
            follow in ("D", "O", "#", "P", "N", "A", "S", "C", "R", ",", ".", "X", "G")
        ):
            if tag == "N" and follow == "N" and lexicon.code in ("fr", "es") and "ed" in forms:
                return "A", None
            if tag in (".", "C", ",") and follow in ("P", ".", ",") and lexicon.code != "pl":
                return None
            return "V", forms["s"]
        return None
    if "ed" in forms:
        return ("A", None) if tag in ("N", "P") and follow in ("N", "A") else ("V", forms["ed"])
    return None


def german_kind(
    token: Token, before: Token | None, after: Token | None, place: int, lexicon: Lexicon, finite: bool
) -> tuple[str, Verb | None]:
    word = token.lower
    starts = before is None or before.tag in BREAKS or before.tag == "'"
    if token.capital and not starts:
        return ("O", None) if word in ("sie", "ihnen") else ("N", None)
    small = lexicon.small.get(word)
    if small:
        return small, None
    verbs = lexicon.verbs.get(word, ())
    if verbs and verbs[0].form == "ed" and word.endswith(("e", "en", "er", "es", "em")) and after and after.capital:
        return "A", None  # "genehmigte Einträge"
    passive = next((verb for verb in verbs if verb.form == "ed"), None)
    if finite and passive and (after is None or after.lower in (".", ",", ";", ":", "und", "oder")):
        return "V", passive  # "werden protokolliert"
    if verbs and (not token.capital or verbs[0].form == "ed"):
        ends = after is None or after.lower in (".", ",", ";", "und", "oder", ")")
        attributive = before is not None and before.tag in ("D", "A", "#") and not (ends and before.tag == "A")
        after_determiner = attributive and verbs[0].form in ("ed", "base")
        if after_determiner and word not in ("haben",):
            return "A", None
        return "V", verbs[0]
    if token.capital:
        return ("A", None) if word in lexicon.adjectives else ("N", None)
    if word in lexicon.adjectives:
        return "A", None
    guessed = unknown_verb(word, before, after, finite=finite, lexicon=lexicon)
    if guessed is not None:
        return "V", guessed
    return "A" if word.endswith(("e", "en", "er", "es", "em", "ig", "lich", "isch")) else "R", None
