"""Words of a sentence with their kind: noun, verb, small word."""

import re
from functools import cache
from typing import Final

from agents.brief.guessing import unknown_verb
from agents.brief.token import Token
from agents.brief.words import LEXICONS, UNKNOWN, Lexicon, Verb

_TOKEN = re.compile(
    r"[^\W\d_]+(?:[-’'][^\W\d_]+)*[’']?|\d+(?:[.,:\s]\d{3})*(?:[.,:]\d+)?|[.,;:!?()/–—&%€$£\"“”„«»+-]|_+|[^\s\w]"
)
BREAKS: Final = frozenset(";:.!?–—")
_ELISION = re.compile(r"^(l|d|qu|n|s|j|m|t|c|lorsqu|puisqu|jusqu)['’](.+)$", re.IGNORECASE)

# English words that are noun and verb in the same shape; what follows decides.
_TWO_FACED: Final = frozenset(
    "rate limit book order report charge offer need change comment review link view cost note stop test bid "
    "request answer store plan"
    " file flag rank issue list search sort tag label record log play watch track host message mail email "
    "e-mail text ping call pin set run"
    " match pair draw trigger lock refund deposit claim share like post upload download import export update "
    "schedule reserve block"
    " delay type permit sample release water feed ship return visit park drive ride load display show place "
    "process support use work post post answer count audit"
    " stream backup preview access contact control process group merge transfer swap drop pause display like "
    "vote sign name lease".split()
)


def words_of(text: str, lexicon: Lexicon) -> list[Token]:
    """Return the words and marks of `text` with tags."""
    raw: list[str] = []
    for piece in _TOKEN.findall(text):
        elided = _ELISION.match(piece) if lexicon.code == "fr" else None
        if elided:
            raw += [elided[1] + "'", elided[2]]
        elif (
            piece.lower().endswith(("'s", "’s"))
            and lexicon.code == "en"
            and piece.lower() not in ("it's", "let's", "that's", "there's")
        ):
            raw += [piece[:-2], "'s"]
        elif piece.endswith(("'", "’")):
            raw.append(piece[:-1])
        else:
            raw.append(piece)
    raw = _joined(raw, lexicon)
    tokens = [Token(piece, piece.lower().replace("’", "'"), "", capital=piece[:1].isupper()) for piece in raw if piece]
    _tag(tokens, lexicon)
    for first, by, again in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if first.lower == again.lower and first.tag == "N" and by.lower in ("by", "für", "par", "por", "po"):
            first.tag = by.tag = again.tag = "R"  # "shelf by shelf" says how
    return tokens


def _joined(raw: list[str], lexicon: Lexicon) -> list[str]:
    """Verbs of two words ("sign up", "log in") become one word."""
    if lexicon.code == "de":
        return _with_prefixes(raw, lexicon)
    joined: list[str] = []
    place = 0
    openings = _openings(lexicon)
    while place < len(raw):
        if raw[place].lower() not in openings:
            joined.append(raw[place])
            place += 1
            continue
        pair = f"{raw[place]} {raw[place + 1]}".lower() if place + 1 < len(raw) else ""
        far = _particle(raw, place, lexicon)
        if far and pair not in lexicon.verbs:
            joined.append(f"{raw[place]} {raw[far]}")
            raw[far] = ""
            place += 1
            continue
        if pair in ("per diem", "per capita") or pair in lexicon.small:
            joined.append(pair)
            place += 2
        elif pair in lexicon.verbs and raw[place + 1].lower() not in ("to",):
            joined.append(f"{raw[place]} {raw[place + 1]}")
            place += 2
        else:
            joined.append(raw[place])
            place += 1
    return joined


@cache
def _openings_of(code: str) -> frozenset[str]:
    lexicon = LEXICONS.get(code, UNKNOWN)
    pairs = (*lexicon.verbs, *lexicon.small, "per diem", "per capita")
    return frozenset(pair.split(" ")[0] for pair in pairs if " " in pair)


def _openings(lexicon: Lexicon) -> frozenset[str]:
    """The first words of the expressions of two words that a language has."""
    return _openings_of(lexicon.code)


_PARTICLES: Final = frozenset("over back up off out down in".split())


def _particle(raw: list[str], place: int, lexicon: Lexicon) -> int:
    """In "hand the group over to" the particle belongs to the verb; return its index, 0 when there is none."""
    if lexicon.code != "en" or not raw[place].isalpha():
        return 0
    for end in range(place + 2, min(place + 6, len(raw))):
        if raw[end].lower() in _PARTICLES and f"{raw[place]} {raw[end]}".lower() in lexicon.verbs:
            closes = end + 1 == len(raw) or raw[end + 1].lower() in (".", ",", ";", "to", "and", "or", "when", "if")
            return end if closes else 0
        if not raw[end].isalpha():
            return 0
    return 0


_PREFIXES: Final = frozenset("an ein ab auf aus vor zu um zurück hoch mit hinzu weiter frei herunter".split())


def _with_prefixes(raw: list[str], lexicon: Lexicon) -> list[str]:
    """German verbs that stand in two parts ("legen Kurse an") become one word in the place of the first."""
    raw = list(raw)
    for place in range(len(raw)):
        word = raw[place].lower()
        for end in range(place + 1, min(place + 18, len(raw))):
            if raw[end] in (".", ";", ":"):
                break
            closes = end + 1 == len(raw) or raw[end + 1] in (".", ",", ";", ":", "und", "oder")
            known = raw[end] + word in lexicon.verbs
            strange = (
                not any(piece in ("und", "oder", ",") for piece in raw[place:end])
                and word not in lexicon.small
                and raw[place] == word
                and word.endswith(("t", "en"))
                and len(word) > 3
            )
            if raw[end] in _PREFIXES and closes and (known or (strange and word not in lexicon.adjectives)):
                raw[place] = raw[end] + word
                raw[end] = ""
                break
    # A comma between numbers divides no clause: "nach 3, 10 und 20 Tagen".
    digits = [piece[:1].isdigit() for piece in raw]
    return [
        piece
        for place, piece in enumerate(raw)
        if piece and not (piece == "," and 0 < place < len(raw) - 1 and digits[place - 1] and digits[place + 1])
    ]


def _tag(tokens: list[Token], lexicon: Lexicon) -> None:
    finite = False  # has this clause its verb yet?
    last_form = ""
    for place, token in enumerate(tokens):
        before = tokens[place - 1] if place else None
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        if place and token.lower in _SUBORDINATORS and not finite and lexicon.code == "en":
            _find_main_verb(tokens, place, lexicon)
        token.tag, token.verb = _kind(token, before, after, place, tokens, lexicon, finite, last_form)
        if token.tag == "V" and token.verb and token.verb.lemma in ("let", "allow", "help", "make", "permit"):
            finite = False  # "Let people comment": the verb that counts is still to come
        elif token.tag == "V" and token.verb and token.verb.form in ("base", "s"):
            finite, last_form = True, token.verb.form
        elif token.tag == "X":
            finite, last_form = True, "base"
        elif token.tag in BREAKS or token.tag == "S" or token.tag == ",":
            finite = False


_SUBORDINATORS: Final = frozenset("when if unless while because whenever".split())


def _find_main_verb(tokens: list[Token], place: int, lexicon: Lexicon) -> None:
    """In "Messages in the chat disappear when …" the word before the second clause must be the verb of the first."""
    last = tokens[place - 1]
    begin = next((at for at in range(place - 1, -1, -1) if tokens[at].tag in BREAKS or tokens[at].tag == "S"), -1) + 1
    clause = tokens[begin:place]
    if len(clause) < 2 or any(token.tag in ("V", "X") for token in clause) or last.tag != "N":
        return
    first = next((token for token in clause if token.tag == "N"), last)
    many = lexicon.singular(first.lower) != first.lower
    fits = (lexicon.singular(last.lower) != last.lower) != many
    if first is not last and fits and last.lower not in lexicon.attributes and last.lower.isalpha():
        last.tag, last.verb = "V", Verb(lexicon.singular(last.lower), "action", "base" if many else "s")


def _kind(
    token: Token,
    before: Token | None,
    after: Token | None,
    place: int,
    tokens: list[Token],
    lexicon: Lexicon,
    finite: bool,
    last_form: str,
) -> tuple[str, Verb | None]:
    word = token.lower
    if word[0].isdigit():
        return "#", None
    if not word[0].isalpha():
        if word == "'s":
            return "D", None
        if word in ("(", ")", "/", '"', "“", "”", "„", "«", "»"):
            return ("C" if word == "/" else "'"), None
        if word in BREAKS:
            return word, None
        return ("," if word == "," else "C" if word in ("&", "+") else "'"), None
    if lexicon.capital_nouns:
        return _german_kind(token, before, after, place, lexicon, finite)
    if word in ("to", "zu") and lexicon.code == "en":
        follows = after.lower if after else ""
        verbs = lexicon.verbs.get(follows, ())
        is_infinitive = any(verb.form == "base" for verb in verbs) and lexicon.small.get(follows) is None
        is_infinitive = is_infinitive or _is_strange_infinitive(before, place, tokens, lexicon)
        return ("X" if is_infinitive else "P"), None
    small = lexicon.small.get(word)
    verbs = lexicon.verbs.get(word, ()) or (_prefixed(word, lexicon) if not small else ())
    if word == "which" and _guess(after, lexicon) == "N" and after is not None and after.lower not in lexicon.verbs:
        return "D", None
    if small and not (small == "R" and verbs and before is not None and before.tag in ("X", "O")):
        return small, None
    if (
        word in _DEED_OR_STATE
        and verbs
        and before is not None
        and before.tag == "N"
        and not finite
        and _guess(after, lexicon) in ("D", "N", "#", "A")
    ):
        return "V", verbs[0]
    acts = lexicon.code in ("fr", "es") and before is not None and before.tag == "C" and _guess(after, lexicon) == "D"
    done = _is_done(verbs, before, after)
    if done is not None:
        return "V", done
    if word in lexicon.adjectives and not (
        verbs and before is not None and ((before.tag in ("X", "O") and verbs[0].form == "base") or acts)
    ):
        ends = _guess(after, lexicon) in ("C", "P", ",", ".", "X")
        if word in lexicon.attributes and before is not None and before.tag == "D" and ends:
            return "N", None  # "a total and a date"
        return "A", None
    if verbs:
        verb = _as_verb(verbs, token, before, after, place, tokens, lexicon, finite, last_form)
        if verb is not None:
            return verb
    if lexicon.code == "en":
        if (
            word.endswith("ly")
            and len(word) > 4
            and word not in ("family", "reply", "supply", "apply", "comply", "assembly", "anomaly", "butterfly")
        ):
            return "R", None
        if word.endswith(("able", "ible", "ous", "less", "ical")) and word not in (
            "table",
            "cable",
            "variable",
            "vegetable",
            "timetable",
            "wearable",
            "deliverable",
        ):
            return "A", None
        if (
            word.endswith("ed")
            and len(word) > 4
            and "-" not in word
            and word not in ("feed", "seed", "breed", "need", "speed")
        ):
            if before is not None and before.tag in ("X", "R", "G"):
                return "V", Verb(word.removesuffix("d"), "plain", "ed")
            return "A", None
        if "-" in word and any(verb.form == "ed" for verb in lexicon.verbs.get(word.split("-")[0], ())):
            return "A", None  # "sold-out"
        if word.endswith(("-ed", "-based", "-free", "-only", "-made", "-time")):
            return "A", None
    guessed = unknown_verb(word, before, after, finite=finite, lexicon=lexicon)
    if guessed is not None and not verbs:
        return "V", guessed
    if lexicon.code == "en" and _is_unknown_verb(word, before, after, place, tokens, lexicon, finite):
        return "V", Verb(lexicon.singular(word), "action", "s" if lexicon.singular(word) != word else "base")
    if (
        lexicon.code == "pl"
        and after is not None
        and after.lower[0].isalpha()
        and word.endswith(_POLISH_ADJECTIVES)
        and after.lower not in lexicon.small
    ):
        return "A", None
    return "N", None


_MODALS: Final = frozenset("can could may must should shall will would cannot can't to".split())
_DEED_OR_STATE: Final = frozenset("open complete close clean separate duplicate own".split())
_POLISH_ADJECTIVES: Final = (
    "one",
    "ony",
    "ych",
    "ego",
    "owe",
    "owy",
    "owa",
    "skie",
    "ski",
    "ska",
    "ane",
    "any",
    "czne",
    "czny",
    "czna",
    "lne",
    "lny",
    "lna",
    "jne",
    "jny",
    "jna",
    "miejskich",
)


def _is_unknown_verb(
    word: str,
    before: Token | None,
    after: Token | None,
    place: int,
    tokens: list[Token],
    lexicon: Lexicon,
    finite: bool,
) -> bool:
    """Does an unknown word stand where only a verb fits: "accepts or defers the donor", "Curators triage the queue"?"""
    if before is None or len(word) < 4:
        return False
    many = lexicon.singular(word) != word
    if before.tag == "X" and not many and before.lower in _MODALS and word not in lexicon.attributes:
        return True
    listed = before.tag in (",", "C") and place >= 2 and many and tokens[place - 2].tag == "V"
    if listed and _guess(after, lexicon) in ("C", ",", "D"):
        return True  # "pauses, seeks or resumes"
    if many and not finite and _is_one(tokens, place, lexicon) and _guess(after, lexicon) not in ("N", "A", "'"):
        return True
    if _guess(after, lexicon) != "D":
        return False
    if before.tag == "C" and place >= 2:
        earlier = tokens[place - 2]
        return earlier.tag == "V" and earlier.verb is not None and earlier.verb.form == ("s" if many else "base")
    if before.tag == "N" and not finite:
        return many != (lexicon.singular(before.lower) != before.lower) and tokens[max(0, place - 2)].tag != "P"
    return False


def _is_done(verbs: tuple[Verb, ...], before: Token | None, after: Token | None) -> Verb | None:
    """In "the group is closed after 15 minutes" the participle is a deed, whatever adjective it may be elsewhere."""
    if before is None or after is None or before.lower not in ("is", "are", "be", "was", "were", "gets"):
        return None
    if after.lower not in ("after", "by", "within", "automatically", "when", "if", "as", "once"):
        return None
    return next((verb for verb in verbs if verb.form == "ed" and verb.kind not in ("plain", "have")), None)


def _is_strange_infinitive(before: Token | None, place: int, tokens: list[Token], lexicon: Lexicon) -> bool:
    """In "want to defragment the disk" the unknown word between "to" and an article is a verb."""
    if before is None or before.tag not in ("V", "A", "X") or place + 2 >= len(tokens):
        return False
    word, then = tokens[place + 1].lower, tokens[place + 2]
    return word.isalpha() and lexicon.small.get(word) is None and _guess(then, lexicon) == "D" and len(word) > 3


def _is_one(tokens: list[Token], place: int, lexicon: Lexicon) -> bool:
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


def _as_verb(
    verbs: tuple[Verb, ...],
    token: Token,
    before: Token | None,
    after: Token | None,
    place: int,
    tokens: list[Token],
    lexicon: Lexicon,
    finite: bool,
    last_form: str,
) -> tuple[str, Verb | None] | None:
    """Return the tag of a word that may be a verb, or None for a noun."""
    verb = verbs[0]
    tag = before.tag if before else "."
    if before is not None and before.tag == "R" and place >= 2:
        tag = tokens[place - 2].tag if tokens[place - 2].tag in ("X", "O", "N", "V", "G") else tag
    follow = _guess(after, lexicon)
    clitic = before is not None and before.lower in ("le", "la", "les", "l'", "lo", "los", "las") and place >= 2
    if clitic and before is not None and tokens[place - 2].tag == "C" and verb.form == "s":
        before.tag = "O"  # "crée les interventions et les affecte": the article is a pronoun here
        tag = "O"
    if lexicon.code != "en":
        return _romance_verb(verbs, token, tag, follow, lexicon)
    forms = {candidate.form: candidate for candidate in verbs}
    if tag == "X":
        if "ed" in forms or "base" in forms or "ing" in forms:
            return "V", forms.get("ed") if _after_be(tokens, place) and "ed" in forms else forms.get(
                "base"
            ) or forms.get("ing") or verb
        return None
    if tag == "G" and not (verb.lemma in _TWO_FACED and follow in (".", ",")):
        return "V", forms.get("ed") if _after_be(tokens, place) and "ed" in forms else forms.get("base") or forms.get(
            "s"
        ) or verb
    if tag == "O":
        return "V", forms.get("base") or forms.get("s") or verb
    if verb.form == "ing":
        if tag in ("P", "S", "X") and follow in ("D", "N", "#", "A", "O"):
            return "V", verb
        return None if follow != "D" or tag in ("D", "A", "#") else ("V", verb)
    if "ed" in forms and "base" not in forms:
        if before is not None and before.lower in ("who", "that", "which"):
            return "V", Verb(verb.lemma, verb.kind, "s")  # "customers who ordered": done by them, not to them
        if (tag in ("D", "#", "A", "P", ",") and follow in ("N", "A")) or tag in ("D", "#"):
            return "A", None
        if tag in ("N", "V", "R", "C", ",", "X", "'", "."):
            return (
                ("A", None)
                if follow == "N" and tag in ("C", ",", "V", ".") and not _coordinates(tokens, place, "ed")
                else ("V", forms["ed"])
            )
        return "A", None
    if token.lower == "has":
        return "V", verb
    both = before is not None and before.lower in ("both", "all") and place >= 2 and tokens[place - 2].tag == "S"
    if both and before is not None and "base" in forms:
        before.tag = "O"  # "a contract that both sign"
        return "V", forms["base"]
    if tag in ("D", "#", "A", "P"):
        return None
    form = "s" if "s" in forms else "base"
    if verb.lemma == "have" and tag in ("N", "#"):
        return "V", verb
    person = before is not None and before.lower in lexicon.people
    if form == "s" and follow == "." and not person:
        return None  # a heading or list: "Resident parking permits"
    two_faced = verb.lemma in _TWO_FACED
    next_is_verb = after is not None and any(other.form == form for other in lexicon.verbs.get(after.lower, ()))
    if two_faced and next_is_verb and place + 2 < len(tokens) and tag == "N":
        return None  # "the Enterprise plan stream events": the later one is the verb
    objects = (
        ("D", "O", "#", "A", "N", "S", "X", "G") if form == "base" else ("D", "O", "#", "A", "N", "S", "C", "X", "G")
    )
    if tag in ("C", ",") or (tag == "'" and place > 1):
        if _coordinates(tokens, place, form) and (
            not two_faced
            or (
                follow in ("D", "O", "#", "N", "A", "P", "C", ",", ".")
                and last_form == form
                and _list_of_verbs(tokens, place)
            )
        ):
            return "V", forms[form]
        if form == "base" and follow in ("D", "O") and last_form in ("base", ""):
            return "V", forms[form]
        if form == "s" and follow in ("D", "O") and last_form == "s":
            return "V", forms[form]
        return None
    if tag == "N" and before is not None:
        many = lexicon.singular(before.lower) != before.lower or before.lower in ("people", "staff", "police", "data")
        fits = (form == "s" and not many) or (form == "base" and many) or ("ed" in forms and not two_faced)
        if (
            form == "base"
            and not many
            and (_subject_is_list(tokens, place) or _first_is_plural(tokens, place, lexicon))
        ):
            fits = True
        if form == "s" and lexicon.singular(before.lower) == before.lower and before.lower.endswith("s"):
            fits = True
        if not fits or (finite and not _new_clause(tokens, place)):
            return None
        one = form == "s" and _is_one(tokens, place, lexicon)
        if two_faced and follow not in objects and not one and not (follow in ("P", "R") and form == "base" and many):
            return None
        return "V", forms[form]
    if tag == "V":
        return None if two_faced or form == "s" else ("V", forms[form])
    if (
        before is not None
        and before.lower in ("that", "who", "which", "whoever")
        and (not two_faced or follow in objects)
    ):
        return "V", forms[form]
    if tag in (".", ":", ";", "!", "?", "S", "'", "–", "—"):
        if form == "base" and (
            follow in ("D", "O", "#")
            or (follow in ("N", "A", "P") and (tag in (".", ":", "'", "–", "—") and not two_faced))
        ):
            return "V", forms[form]
        if (
            form == "base"
            and two_faced
            and follow in ("N", "A")
            and tag == "."
            and place == 0
            and after is not None
            and lexicon.singular(after.lower) != after.lower
            and lexicon.singular(after.lower) not in lexicon.people  # "Store clerks count items"
        ):
            return "V", forms[form]
        return None
    if tag == "R":
        return None if two_faced and follow not in ("D", "O", "#") else ("V", forms[form])
    return None


def _prefixed(word: str, lexicon: Lexicon) -> tuple[Verb, ...]:
    """Return the verbs of "reopen" or "unassign" from those of "open" and "assign"."""
    prefix = next((prefix for prefix in ("re-", "re", "un", "pre", "auto-") if word.startswith(prefix)), "")
    if lexicon.code != "en" or not prefix or len(word) < len(prefix) + 4:
        return ()
    return tuple(
        Verb(prefix + verb.lemma, "action" if verb.kind == "create" else verb.kind, verb.form)
        for verb in lexicon.verbs.get(word.removeprefix(prefix), ())
        if verb.kind not in ("plain", "have")
    )


def _guess(after: Token | None, lexicon: Lexicon) -> str:
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


def _after_be(tokens: list[Token], place: int) -> bool:
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


def _coordinates(tokens: list[Token], place: int, form: str) -> bool:
    """Is there a verb of the same form before, with only its objects between?"""
    for token in reversed(tokens[max(0, place - 14) : place]):
        if token.tag in (";", ":", ".", "S"):
            return False
        if token.tag == "V" and token.verb is not None:
            return token.verb.form == form or (form == "ed" and token.verb.form == "ed")
    return False


def _list_of_verbs(tokens: list[Token], place: int) -> bool:
    """In "rate, comment and share" each member follows a verb at once or closes the list with "and"."""
    previous = next((token for token in reversed(tokens[:place]) if token.tag not in (",", "C", "'", "R")), None)
    return previous is not None and (previous.tag == "V" or tokens[place - 1].tag in ("C", ","))


def _subject_is_list(tokens: list[Token], place: int) -> bool:
    return any(token.tag == "C" for token in tokens[max(0, place - 4) : place])


def _first_is_plural(tokens: list[Token], place: int, lexicon: Lexicon) -> bool:
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


def _new_clause(tokens: list[Token], place: int) -> bool:
    """Does the noun before stand behind a comma, "and" or a subordinator?"""
    for token in reversed(tokens[max(0, place - 5) : place]):
        if token.tag in (",", "C", "S", ";", ":") or token.lower in ("before", "after", "until", "till", "since"):
            return True
        if token.tag in ("V", "P"):
            return False
    return False


def _romance_verb(
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


def _german_kind(
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
