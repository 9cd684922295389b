"""Where a word stands, asked to tell a verb from a noun of the same shape."""

from agents.brief.token import BREAKS, Token
from agents.brief.words import Lexicon, Verb


def is_done(verbs: tuple[Verb, ...], before: Token | None, after: Token | None, earlier: list[Token]) -> Verb | None:
    """In "the group is closed after 15 minutes" the participle is a deed, whatever adjective it may be elsewhere."""
    if before is None or after is None or before.lower not in ("is", "are", "be", "was", "were", "gets"):
        return None
    caused = any(token.lower in ("when", "if", "after", "before", "once", "until") for token in earlier)
    told = after.lower in ("after", "by", "within", "automatically", "when", "if", "as", "once")
    if not told and not (caused and after.lower in (".", ";")):
        return None
    return next((verb for verb in verbs if verb.form == "ed" and verb.kind not in ("plain", "have")), None)


def is_one(tokens: list[Token], place: int, lexicon: Lexicon) -> bool:
    """Is the noun before headed by "a", "each" or the like, so that a word in -s behind it can only be a verb?"""
    before = tokens[place - 1] if place else None
    if before is None or before.tag != "N" or lexicon.singular(before.lower) != before.lower:
        return False
    for token in reversed(tokens[max(0, place - 5) : place - 1]):
        if token.tag == "D":
            return token.lower in ("a", "an", "each", "every", "another", "one")
        if token.tag not in ("N", "A"):
            return False
    return False


def prefixed(word: str, lexicon: Lexicon) -> tuple[Verb, ...]:
    """Return the verbs of "reopen" or "unassign" from those of "open" and "assign"."""
    prefix = next((prefix for prefix in ("re-", "re", "un", "pre", "auto-") if word.startswith(prefix)), "")
    if lexicon.code != "en" or not prefix or len(word) < len(prefix) + 4:
        return ()
    return tuple(
        Verb(prefix + verb.lemma, "action" if verb.kind == "create" else verb.kind, verb.form)
        for verb in lexicon.verbs.get(word.removeprefix(prefix), ())
        if verb.kind not in ("plain", "have")
    )


def guess(after: Token | None, lexicon: Lexicon) -> str:
    """The likely tag of a word that has none yet."""
    if after is None:
        return "."
    word = after.lower
    if word[0].isdigit():
        return "#"
    if not word[0].isalpha():
        return word if word in (",", ".", ";", ":") else "'"
    small = lexicon.small.get(word)
    if small:
        return small
    if word in ("to",):
        return "P"
    if word in lexicon.adjectives:
        return "A"
    verbs = lexicon.verbs.get(word, ())
    if any(verb.form == "ed" for verb in verbs) and not any(verb.form == "base" for verb in verbs):
        return "A"
    return "N"


def after_be(tokens: list[Token], place: int) -> bool:
    for token in reversed(tokens[max(0, place - 4) : place]):
        if token.lower in (
            "is",
            "are",
            "was",
            "were",
            "be",
            "been",
            "being",
            "has",
            "have",
            "had",
            "get",
            "gets",
            "isn't",
            "aren't",
        ):
            return True
        if token.tag not in ("R", "G", "X"):
            return False
    return False


def coordinates(tokens: list[Token], place: int, form: str) -> bool:
    """Is there a verb of the same form before, with only its objects between?"""
    for token in reversed(tokens[max(0, place - 14) : place]):
        if token.tag in (";", ":", ".", "S"):
            return False
        if token.tag == "V" and token.verb is not None and token.verb.form == "ed" != form:
            continue  # "…, sees what is needed, and sends": the verb of a clause within
        if token.tag == "V" and token.verb is not None:
            return token.verb.form == form or (form == "ed" and token.verb.form == "ed")
    return False


def list_of_verbs(tokens: list[Token], place: int) -> bool:
    """In "rate, comment and share" each member follows a verb at once or closes the list with "and"."""
    previous = next((token for token in reversed(tokens[:place]) if token.tag not in (",", "C", "'", "R")), None)
    return previous is not None and (previous.tag == "V" or tokens[place - 1].tag in ("C", ","))


def subject_is_list(tokens: list[Token], place: int) -> bool:
    return any(token.tag == "C" for token in tokens[max(0, place - 4) : place])


def first_is_plural(tokens: list[Token], place: int, lexicon: Lexicon) -> bool:
    """In "Residents of the old town apply" the first noun of the clause is the subject."""
    first: Token | None = None
    preposition = False
    for token in reversed(tokens[:place]):
        if token.tag in BREAKS or token.tag in ("V", "X", "S", ","):
            break
        if token.tag == "N":
            first = token
        preposition = preposition or token.tag == "P"
    return preposition and first is not None and lexicon.singular(first.lower) != first.lower


def new_clause(tokens: list[Token], place: int) -> bool:
    """Does the noun before stand behind a comma, "and" or a subordinator?"""
    for token in reversed(tokens[max(0, place - 5) : place]):
        if token.tag in (",", "C", "S", ";", ":") or token.lower in ("before", "after", "until", "till", "since"):
            return True
        if token.tag in ("V", "P"):
            return False
    return False
