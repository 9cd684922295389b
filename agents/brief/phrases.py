"""Noun phrases of a tagged sentence, and the frames around its verbs: who does what to what."""

from typing import Final

from agents.brief.clauses import clauses_by_bag, clauses_in_order
from agents.brief.phrase import SPANS, Element, Parsed, Phrase
from agents.brief.token import Token
from agents.brief.words import Lexicon

# Modifiers that say nothing about the thing: "paper receipt" is a receipt.
_IDLE: Final = frozenset(
    "paper web api mobile online digital internet system app e system's user-friendly pdf csv sms json etc".split()
)
# Heads that only carry what stands before them: "album app" speaks of albums, "appointment booking" of appointments.
_CARRIERS: Final = frozenset(
    "app application system platform tool software site website portal service management booking tracking "
    "planning handling processing"
    " administration registration delivery collection approval organisation organization solution product "
    "feature module page dashboard"
    " program programme entry submission scheduling sharing tracker planner manager_ workflow process flow "
    "overview report_ marketplace shop"
    " store database bot backend api registry_ fleet bracket_".split()
)


def parse(tokens: list[Token], lexicon: Lexicon) -> Parsed:
    """Return the phrases and frames of one sentence."""
    tokens, asides = _without_asides(tokens)
    clauses = clauses_by_bag if lexicon.verb_last else clauses_in_order
    parsed = clauses(_elements(tokens, asides, lexicon), lexicon)
    for aside in asides.values():
        # What stands in parentheses is a clause of its own when it has a verb; else it only explains the word before.
        if any(token.tag == "V" for token in aside) and len(aside) > 2:
            inner = clauses(_elements(aside, {}, lexicon), lexicon)
            for phrase in inner.phrases:
                phrase.place += len(tokens) + 1
                phrase.inside = True
            parsed.phrases += inner.phrases
            parsed.frames += inner.frames
            parsed.loose += inner.loose
    return parsed


_NUMBERS: Final = frozenset(
    "two three four five six seven eight nine ten dozen million billion thousand hundred zwei drei vier fünf "
    "sechs sieben acht neun zehn zwölf "
    "deux trois quatre cinq sept huit neuf dix dos"
    " tres cuatro cinco siete ocho nueve diez dwa dwie trzy cztery pięć sześć siedem osiem dziewięć dziesięć".split()
)
_STANDS_FOR: Final = frozenset("several both some".split())  # "collects several into a report"


def _without_asides(tokens: list[Token]) -> tuple[list[Token], dict[int, list[Token]]]:
    """Take what stands in parentheses out of the sentence; return it by the index of the word before."""
    kept: list[Token] = []
    asides: dict[int, list[Token]] = {}
    depth = 0
    inside: list[Token] = []
    for token in tokens:
        if token.text == "(":
            depth += 1
        elif token.text == ")" and depth:
            depth -= 1
            if not depth:
                asides[len(kept) - 1] = inside
                inside = []
        elif depth:
            inside.append(token)
        else:
            kept.append(token)
    return kept, asides


def _elements(tokens: list[Token], asides: dict[int, list[Token]], lexicon: Lexicon) -> list[Element]:
    elements: list[Element] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if (
            token.tag == "N"
            and lexicon.code in ("fr", "es")
            and place
            and tokens[place - 1].tag == "N"
            and place - 1 not in asides
        ):
            pass  # "clínica veterinaria": a noun right behind a noun only describes it
        elif _says_when(tokens, place):
            pass  # "every night accounting gets a file": accounting gets it
        elif token.tag == "N":
            start = place
            if lexicon.head_first:
                end = _end_of_head_first(tokens, place, lexicon)
            else:
                while (
                    place + 1 < len(tokens)
                    and tokens[place + 1].tag == "N"
                    and place - start < 3
                    and place not in asides
                ):
                    place += 1
                end = place
            full = _of_what(tokens, end, lexicon)
            phrase = _phrase(tokens, start, end, lexicon)
            if full > end:
                _complete_of(phrase, tokens[full])
                end = full
            phrase.aside = " ".join(token.text for token in asides.get(end, ()))
            if elements and elements[-1][0] == "'s" and len(elements) > 1 and elements[-2][2] is not None:
                phrase.owner = elements[-2][2]
                elements.pop()
            elements.append(("np", token, phrase))
            place = end
        elif token.lower == "'s":
            elements.append(("'s", token, None))
        elif token.lower in _STANDS_FOR and (place + 1 == len(tokens) or tokens[place + 1].tag in ("P", ",", ".")):
            elements.append(("O", token, None))
        elif _counts_alone(tokens, place, lexicon):
            elements.append(("O", token, None))
            place += 2 if place + 1 < len(tokens) and tokens[place + 1].tag == "D" else 0
        elif token.tag in ("D", "#", "A", "R", "'"):
            pass
        else:
            elements.append((token.tag, token, None))
        place += 1
    return elements


def _counts_alone(tokens: list[Token], place: int, lexicon: Lexicon) -> bool:
    """Does a number stand for the things spoken of before: "buys up to 10 a month", "accepts one"?"""
    token = tokens[place]
    if lexicon.code != "en" or not place or not (token.tag == "#" or token.lower in _NUMBERS or token.lower == "one"):
        return False
    if tokens[place - 1].tag not in ("V", "R", "P"):
        return False
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    if after is None or after.tag in (".", ";"):
        return token.tag != "#" or tokens[place - 1].tag == "V"
    later = tokens[place + 2].lower if place + 2 < len(tokens) else ""
    return after.lower in ("a", "an", "per", "each") and later in SPANS


def _says_when(tokens: list[Token], place: int) -> bool:
    """Is the noun a time that something is done at, with who does it right behind?"""
    repeated = place > 0 and tokens[place - 1].lower in ("every", "each")
    return repeated and tokens[place].lower in _TIMES and place + 1 < len(tokens) and tokens[place + 1].tag == "N"


_TIMES: Final = frozenset(
    "day night morning afternoon evening noon week weekday weekend month quarter year hour monday tuesday wednesday"
    " thursday friday saturday sunday".split()
)


def _of_what(tokens: list[Token], end: int, lexicon: Lexicon) -> int:
    """In "proof of residence" what follows without an article belongs to the noun; return where it ends."""
    if (
        lexicon.code == "en"
        and end + 2 < len(tokens)
        and tokens[end + 1].lower == "of"
        and tokens[end + 2].tag == "N"
        and tokens[end + 2].text.islower()
        and lexicon.singular(tokens[end + 2].lower) == tokens[end + 2].lower
        and lexicon.singular(tokens[end].lower) not in _MEASURES
        and tokens[end].lower not in lexicon.generic
        and tokens[end + 2].lower not in lexicon.generic
        and (end + 3 == len(tokens) or tokens[end + 3].tag != "N")
    ):
        return end + 2
    return end


# Nouns that measure what follows them: "number of stock", "list of open work".
_MEASURES: Final = frozenset(
    "number amount list percentage share set range kind type sort part group pair lot total count rest copy end start "
    "date time name version value price cost size status".split()
)


def _end_of_head_first(tokens: list[Token], place: int, lexicon: Lexicon) -> int:
    """In "numéro de série" the complement without an article belongs to the noun; return the index of its last word."""
    if lexicon.code in ("pl", "und"):
        return place
    if (
        place + 2 < len(tokens)
        and tokens[place + 1].lower in ("de", "d'")
        and tokens[place + 2].tag == "N"
        and lexicon.singular(tokens[place + 2].lower) == tokens[place + 2].lower
        and tokens[place].lower not in lexicon.generic
    ):
        return place + 2
    return place


def _phrase(tokens: list[Token], start: int, end: int, lexicon: Lexicon) -> Phrase:
    words = tokens[start : end + 1]
    if lexicon.head_first:
        head, narrowing = words[0], words[1:]
    else:
        head, narrowing = words[-1], words[:-1]
    quantity, determiner, ordinal, adjectives = "", "", "", []
    for token in reversed(tokens[max(0, start - 5) : start]):
        if token.tag == "#":
            if determiner:
                break
            quantity = token.text
        elif token.tag == "D":
            determiner = determiner or token.lower
            ordinal = ordinal or (token.lower if token.lower in _ORDINALS else "")
            quantity = quantity or (token.lower if token.lower in _NUMBERS else "")
        elif token.tag == "A":
            adjectives.append(token.lower)
        elif token.tag != "R":
            break
    head_key = _canonical(head, lexicon)
    if lexicon.head_first:
        modifiers = tuple(token.lower for token in narrowing if token.tag == "N")
        key = " ".join([head_key, *(token.lower for token in narrowing)])
        label = " ".join([_shown(head, head_key, lexicon), *(token.text.lower() for token in narrowing)]).replace(
            "' ", "'"
        )
    else:
        modifiers = tuple(_canonical(token, lexicon) for token in narrowing if _narrows(token, lexicon))
        key = " ".join([*modifiers, head_key])
        label = " ".join(
            [*(_spelt(token) for token in narrowing if _narrows(token, lexicon)), _shown(head, head_key, lexicon)]
        )
    return Phrase(
        head=head.lower,
        key=key,
        head_key=head_key,
        modifiers=modifiers,
        label=label,
        written=" ".join(token.text for token in words).replace("' ", "'"),
        many=lexicon.singular(head.lower) != head.lower,
        quantity=quantity,
        determiner=determiner,
        place=start,
        adjectives=tuple(adjectives),
        ordinal=ordinal,
    )


_ORDINALS: Final = frozenset("second third another other next further".split())


def _complete_of(phrase: Phrase, what: Token) -> None:
    for name in ("key", "label"):
        setattr(phrase, name, f"{getattr(phrase, name)} of {what.lower}")
    phrase.written = f"{phrase.written} of {what.text}"


def _narrows(token: Token, lexicon: Lexicon) -> bool:
    return token.lower not in _IDLE and token.lower[0].isalpha() and token.tag == "N"


def _canonical(token: Token, lexicon: Lexicon) -> str:
    if lexicon.code == "de":
        from agents.brief.words.german import stem

        return stem(token.lower)
    if lexicon.code == "pl":
        from agents.brief.words.polish import stem as polish_stem

        return polish_stem(token.lower)
    return lexicon.singular(token.lower)


def _spelt(token: Token) -> str:
    return token.text if token.text.isupper() and len(token.text) > 1 else token.text.lower()


def _shown(head: Token, key: str, lexicon: Lexicon) -> str:
    if lexicon.capital_nouns:
        one = lexicon.singular(head.lower)
        return one[:1].upper() + one[1:]
    if head.text.isupper() and len(head.text) > 1 and lexicon.singular(head.lower) == head.lower:
        return head.text
    return lexicon.singular(head.lower)


def carried(phrase: Phrase, lexicon: Lexicon) -> str | None:
    """Return the key of the thing that a carrier noun stands for ("album app" -> "album"), if it is one."""
    if phrase.head_key in _CARRIERS and phrase.modifiers:
        return " ".join(phrase.modifiers)
    return None
