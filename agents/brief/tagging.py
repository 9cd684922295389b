"""The kind of each word of a sentence: noun, verb, small word."""

from typing import Final

from agents.brief.foreign_verbs import german_kind, romance_verb
from agents.brief.guessing import unknown_verb
from agents.brief.token import BREAKS, Token
from agents.brief.verb_places import (
    after_be,
    coordinates,
    first_is_plural,
    guess,
    is_done,
    is_one,
    list_of_verbs,
    new_clause,
    prefixed,
    subject_is_list,
)
from agents.brief.words import Lexicon, Verb

# English words that are noun and verb in the same shape; what follows decides.
_TWO_FACED: Final = frozenset(
    "purchase note phone seal service guide challenge rate limit book order report charge offer need "
    "change comment review link view cost note stop test bid "
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


def tag(tokens: list[Token], lexicon: Lexicon) -> None:
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
        return german_kind(token, before, after, place, lexicon, finite)
    if word in ("to", "zu") and lexicon.code == "en":
        follows = after.lower if after else ""
        verbs = lexicon.verbs.get(follows, ())
        is_infinitive = any(verb.form == "base" for verb in verbs) and lexicon.small.get(follows) is None
        is_infinitive = is_infinitive or _is_strange_infinitive(before, place, tokens, lexicon)
        return ("X" if is_infinitive else "P"), None
    small = lexicon.small.get(word)
    verbs = lexicon.verbs.get(word, ()) or (prefixed(word, lexicon) if not small else ())
    if word == "which" and guess(after, lexicon) == "N" and after is not None and after.lower not in lexicon.verbs:
        return "D", None
    if small and not (small == "R" and verbs and before is not None and before.tag in ("X", "O")):
        return small, None
    if (
        word in _DEED_OR_STATE
        and verbs
        and before is not None
        and before.tag == "N"
        and not finite
        and guess(after, lexicon) in ("D", "N", "#", "A")
    ):
        return "V", verbs[0]
    acts = lexicon.code in ("fr", "es") and before is not None and before.tag == "C" and guess(after, lexicon) == "D"
    acts = acts or (verbs != () and before is not None and before.tag == "N" and _leads_verbs(tokens, place, lexicon))
    done = is_done(verbs, before, after, tokens[:place])
    if done is not None:
        return "V", done
    if word in lexicon.adjectives and not (
        verbs and before is not None and ((before.tag in ("X", "O") and verbs[0].form == "base") or acts)
    ):
        ends = guess(after, lexicon) in ("C", "P", ",", ".", "X")
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


def _leads_verbs(tokens: list[Token], place: int, lexicon: Lexicon) -> bool:
    """In "valide ou refuse la demande" the first of two joined words is a verb because the second is."""
    if lexicon.code not in ("fr", "es") or place + 3 >= len(tokens):
        return False
    joint, second, then = tokens[place + 1 : place + 4]
    finite = any(verb.form == "s" for verb in lexicon.verbs.get(second.lower, ()))
    return lexicon.small.get(joint.lower) == "C" and finite and lexicon.small.get(then.lower) == "D"


def _is_unknown_verb(
    word: str,
    before: Token | None,
    after: Token | None,
    place: int,
    tokens: list[Token],
    lexicon: Lexicon,
    finite: bool,
) -> bool:
    """Does an unknown word stand where only a verb fits: "accepts or defers the donor", "Curators triage "
    "the queue"?"""
    if before is None or len(word) < 4:
        return False
    many = lexicon.singular(word) != word
    if before.tag == "X" and not many and before.lower in _MODALS and word not in lexicon.attributes:
        return True
    if many and before.tag == "V" and place >= 2 and tokens[place - 2].lower == "whoever":
        return True  # "whoever joins lands at …"
    listed = before.tag in (",", "C") and place >= 2 and many and tokens[place - 2].tag == "V"
    if listed and guess(after, lexicon) in ("C", ",", "D"):
        return True  # "pauses, seeks or resumes"
    if many and not finite and is_one(tokens, place, lexicon) and guess(after, lexicon) not in ("N", "A", "'"):
        return True
    if guess(after, lexicon) != "D":
        return False
    if before.tag in (",", "C") and coordinates(tokens, place, "s" if many else "base"):
        return True  # "can pause a subscription, skip a delivery or swap a product"
    if before.tag == "C" and place >= 2:
        earlier = tokens[place - 2]
        return earlier.tag == "V" and earlier.verb is not None and earlier.verb.form == ("s" if many else "base")
    if before.tag == "N" and not finite:
        return many != (lexicon.singular(before.lower) != before.lower) and tokens[max(0, place - 2)].tag != "P"
    return False


def _is_strange_infinitive(before: Token | None, place: int, tokens: list[Token], lexicon: Lexicon) -> bool:
    """In "want to defragment the disk" the unknown word between "to" and an article is a verb."""
    if before is None or before.tag not in ("V", "A", "X") or place + 2 >= len(tokens):
        return False
    word, then = tokens[place + 1].lower, tokens[place + 2]
    return word.isalpha() and lexicon.small.get(word) is None and guess(then, lexicon) == "D" and len(word) > 3


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
    follow = guess(after, lexicon)
    clitic = before is not None and before.lower in ("le", "la", "les", "l'", "lo", "los", "las") and place >= 2
    if clitic and before is not None and tokens[place - 2].tag == "C" and verb.form == "s":
        before.tag = "O"  # "crée les interventions et les affecte": the article is a pronoun here
        tag = "O"
    if lexicon.code != "en":
        return romance_verb(verbs, token, tag, follow, lexicon)
    forms = {candidate.form: candidate for candidate in verbs}
    if tag == "X":
        if "ed" in forms or "base" in forms or "ing" in forms:
            return "V", forms.get("ed") if after_be(tokens, place) and "ed" in forms else forms.get(
                "base"
            ) or forms.get("ing") or verb
        return None
    if tag == "G" and not (verb.lemma in _TWO_FACED and follow in (".", ",")):
        return "V", forms.get("ed") if after_be(tokens, place) and "ed" in forms else forms.get("base") or forms.get(
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
                if follow == "N" and tag in ("C", ",", "V", ".") and not coordinates(tokens, place, "ed")
                else ("V", forms["ed"])
            )
        return "A", None
    if token.lower == "has" or (tag == "#" and verb.kind == "have" and verb.form == "s"):
        return "V", verb
    both = before is not None and before.lower in ("both", "all") and place >= 2 and tokens[place - 2].tag == "S"
    if both and before is not None and "base" in forms:
        before.tag = "O"  # "a contract that both sign"
        return "V", forms["base"]
    if tag in ("D", "#", "A", "P"):
        return None
    form = "s" if "s" in forms else "base"
    if verb.lemma in ("have", "get") and tag in ("N", "#"):  # never nouns
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
        if coordinates(tokens, place, form) and (
            not two_faced
            or (
                follow in ("D", "O", "#", "N", "A", "P", "C", ",", ".")
                and last_form == form
                and list_of_verbs(tokens, place)
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
        if form == "base" and not many and (subject_is_list(tokens, place) or first_is_plural(tokens, place, lexicon)):
            fits = True
        if form == "s" and lexicon.singular(before.lower) == before.lower and before.lower.endswith("s"):
            fits = True
        if not fits or (finite and not new_clause(tokens, place)):
            return None
        one = form == "s" and is_one(tokens, place, lexicon)
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
