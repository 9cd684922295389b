"""Noun phrases of a tagged sentence, and the frames around its verbs: who does what to what."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from agents.brief.token import Token
from agents.brief.tokens import BREAKS
from agents.brief.words import Lexicon, Verb

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


@dataclass
class Phrase:
    """A noun with what stands before it. `key` is one for all its forms."""

    head: str  # the head noun as written
    key: str  # canonical: singular, lower case, with the nouns that narrow it
    head_key: str
    modifiers: tuple[str, ...]  # keys of the nouns before the head
    label: str  # display form, singular
    written: str  # as the brief has it
    many: bool
    quantity: str = ""
    determiner: str = ""
    place: int = 0
    aside: str = ""  # what stood in parentheses behind it
    owner: "Phrase | None" = None  # "the receipt's date"
    adjectives: tuple[str, ...] = ()
    ordinal: str = ""  # "second", "another": which of them


@dataclass
class Frame:
    """One verb with its subjects, objects and prepositional phrases."""

    verb: Verb
    subjects: list[Phrase] = field(default_factory=list)
    objects: list[Phrase] = field(default_factory=list)
    preps: list[tuple[str, Phrase]] = field(default_factory=list)
    passive: bool = False
    negated: bool = False
    modal: str = ""
    pronoun: str = ""  # subject pronoun, when there is no noun
    object_pronoun: str = ""  # "it", "them", "several": stands for what was spoken of
    open_list: bool = True


@dataclass
class Parsed:
    phrases: list[Phrase]
    frames: list[Frame]
    loose: list[tuple[str, Phrase]]  # prepositional phrases before any verb


def parse(tokens: list[Token], lexicon: Lexicon) -> Parsed:
    """Return the phrases and frames of one sentence."""
    tokens, asides = _without_asides(tokens)
    clauses = _clauses_by_bag if lexicon.verb_last else _clauses_in_order
    parsed = clauses(_elements(tokens, asides, lexicon), lexicon)
    for aside in asides.values():
        # What stands in parentheses is a clause of its own when it has a verb; else it only explains the word before.
        if any(token.tag == "V" for token in aside) and len(aside) > 2:
            inner = clauses(_elements(aside, {}, lexicon), lexicon)
            for phrase in inner.phrases:
                phrase.place += len(tokens) + 1
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
Element = tuple[str, Token | None, Phrase | None]
_STANDS_FOR: Final = frozenset("several both some".split())  # "collects several into a report"
_ANYONE: Final = frozenset("anyone anybody everyone everybody someone somebody".split())


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


_SPANS: Final = frozenset("second minute hour day week month quarter year".split())


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
    return after.lower in ("a", "an", "per", "each") and later in _SPANS


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


def _clauses_in_order(elements: list[Element], lexicon: Lexicon) -> Parsed:
    """Subject, verb, object: English, French, Spanish, Polish."""
    parsed = Parsed([], [], [])
    subjects: list[Phrase] = []
    frame: Frame | None = None
    former: Frame | None = None  # the last frame of this sentence, for a shared subject
    prep = ""
    role = "subject"
    passive_mark, negated, modal, pronoun = False, False, "", ""
    joined = False  # a comma or "and" stands right before
    attached: list[Phrase] | list[tuple[str, Phrase]] | None = None  # where the noun right before was put, if joined
    antecedent: Phrase | None = None  # what a relative clause speaks of: "a note that patients never see"
    by_mark = {"en": "by", "fr": "par", "es": "por", "pl": "przez"}.get(lexicon.code, "")
    for kind, token, phrase in elements:
        if kind != "np" and kind != "X":
            attached = None
        if kind == "np" and phrase is not None:
            parsed.phrases.append(phrase)
            attached = None
            if prep:
                if frame is not None:
                    frame.preps.append((prep, phrase))
                    if frame.passive and prep == by_mark and not frame.subjects:
                        frame.subjects.append(phrase)
                else:
                    parsed.loose.append((prep, phrase))
                role = f"prep:{prep}"
                prep = ""
            elif _is_span(phrase):
                pass  # "once a day", "every week": when, not what
            elif frame is not None and frame.passive and joined and role == "object":
                subjects, frame = [phrase], None  # "is disabled and its owner told"
                role = "subject"
            elif role.startswith("prep:") and joined:
                attached = frame.preps if frame is not None else parsed.loose
                attached.append((role[5:], phrase))
                if frame is None:
                    subjects.append(phrase)
            elif frame is not None and role != "subject":
                frame.objects.append(phrase)
                attached = frame.objects if joined else None
                role = "object"
            else:
                if antecedent is not None and subjects == [antecedent]:
                    subjects = []
                subjects.append(phrase)
                role = "subject"
            joined = False
        elif kind == "V" and token is not None and token.verb is not None:
            verb = token.verb
            if frame is not None and joined_subject(frame, elements, token):
                subjects = [
                    frame.objects.pop()
                    if frame.objects and frame.objects[-1].place > _last_place(frame.preps)
                    else frame.preps.pop()[1]
                ]
            is_passive = verb.form == "ed" and (passive_mark or frame is None or lexicon.code != "en")
            reduced = (
                verb.form == "ed" and not passive_mark and frame is None and bool(subjects) and lexicon.code == "en"
            )
            if joined and former is not None and former.negated and not subjects:
                negated = True  # "can't be edited or deleted"
            new = Frame(verb, negated=negated, modal=modal, passive=is_passive or reduced, pronoun=pronoun)
            if new.passive and lexicon.code == "pl" and not passive_mark and not subjects:
                pass  # "naliczana jest kara": what it is done to is still to come
            elif new.passive:
                new.objects = subjects or (
                    list(former.objects if former and former.passive else former.subjects) if former else []
                )
            elif subjects:
                new.subjects = subjects
            elif former is not None and not pronoun:
                new.subjects = list(former.subjects)
                new.pronoun = former.pronoun
                if joined and not former.objects and not former.passive:
                    new.open_list = True
            if antecedent is not None:
                own = (subjects and subjects != [antecedent]) or pronoun
                if own and not new.passive and verb.kind not in ("have", "plain"):
                    new.objects = [antecedent]
                antecedent = None
            parsed.frames.append(new)
            former, frame = frame or new, new
            former = new
            subjects, role, prep, joined = [], "object", "", False
            passive_mark, modal, pronoun = False, "", ""
            negated = False
        elif kind == "X" and token is not None:
            passive_mark = passive_mark or token.lower in _BE.get(lexicon.code, frozenset())
            negated = negated or token.lower.endswith(("n't", "cannot"))
            modal = token.lower
            if attached:
                last = attached.pop()  # "in 4 hours, the team lead is alerted": a new clause has begun
                subjects = [last[1] if isinstance(last, tuple) else last]
                attached = None
            elif frame is not None and role == "object" and joined_before_aux(frame):
                subjects = [frame.objects.pop()]
            if token.lower not in ("to",) and frame is not None and subjects:
                frame = None
        elif kind == "P" and token is not None:
            prep, joined = token.lower, False
        elif kind in ("C", ","):
            joined = True
            prep = ""
        elif kind == "O" and token is not None:
            if prep:
                prep = ""
            elif frame is not None and joined and token.lower in _ANYONE:
                joined = False  # a member of the list of objects that names nobody
            elif frame is not None and role == "object" and not joined:
                frame.object_pronoun = token.lower
            else:
                pronoun = token.lower
                subjects, frame, role = [], None, "subject"
        elif kind == "G" and token is not None and token.lower in _BEHIND and frame is not None and role == "object":
            frame.negated = True  # "ne vient pas": it stands behind its verb
        elif kind == "G":
            negated = True
            if prep:
                prep, negated = "", False  # "a group with nobody in it"
            elif token is not None and token.lower in ("nobody", "no-one", "nikt", "nadie"):
                subjects, frame, role, pronoun = [], None, "subject", "nobody"
        elif kind == "S" or kind in BREAKS:
            if (
                kind == "S"
                and token is not None
                and token.lower in ("who", "which", "that", "qui", "que", "który", "która")
            ):
                subjects = [parsed.phrases[-1]] if parsed.phrases else []
                antecedent = parsed.phrases[-1] if parsed.phrases else None
            else:
                subjects = []
                antecedent = None
            frame, role, prep, joined, negated, passive_mark, pronoun = None, "subject", "", False, False, False, ""
    _share_objects(parsed.frames)
    return parsed


_BEHIND: Final = frozenset("pas plus jamais".split())


def _is_span(phrase: Phrase) -> bool:
    """Does the phrase say when or how long: "once a day", "3 days"?"""
    counted = bool(phrase.quantity) or phrase.determiner in ("a", "an", "each", "every", "per")
    return counted and phrase.head_key in _SPANS and not phrase.modifiers


_BE = {
    "en": frozenset("is are was were be been being am isn't aren't wasn't weren't".split()),
    "fr": frozenset("est sont était être été sera seront soit".split()),
    "es": frozenset("es son fue ser sido está están será serán sea".split()),
    "pl": frozenset("jest są był była było były być będzie będą zostaje zostają został".split()),
}


def joined_subject(frame: Frame, elements: list[Element], token: Token) -> bool:
    """Is the noun right before this finite verb the subject of a new clause: "…, and the front desk confirms it"?"""
    place = next(index for index, element in enumerate(elements) if element[1] is token)
    before = elements[place - 1] if place else None
    if before is None or before[0] != "np" or not (frame.objects or frame.preps):
        return False
    return (
        token.verb is not None
        and token.verb.form in ("s", "base")
        and (before[2] in frame.objects or any(before[2] is p for _, p in frame.preps))
    )


def joined_before_aux(frame: Frame) -> bool:
    return len(frame.objects) > 1


def _last_place(preps: list[tuple[str, Phrase]]) -> int:
    return max((phrase.place for _, phrase in preps), default=-1)


def _share_objects(frames: list[Frame]) -> None:
    """In "moves and cancels appointments" the first verb has the objects of the next."""
    for first, second in zip(reversed(frames[:-1]), reversed(frames[1:]), strict=True):
        alone = first.verb.lemma in ("reply", "comment", "vote", "apply", "sign up", "log in", "sign in", "register")
        if (
            (
                not first.objects
                and not first.preps
                and not first.object_pronoun
                and first.verb.form == second.verb.form
                and not alone
            )
            and not first.passive
            and not second.passive
            and first.subjects == second.subjects
        ):
            first.objects = list(second.objects)
            first.preps = first.preps or list(second.preps)
            first.object_pronoun = second.object_pronoun
    for first, second in pairwise(frames):
        # "update the firmware and roll back": the second deed is done to the same thing.
        bare = not second.objects and not second.preps and not second.object_pronoun and not second.passive
        alike = first.subjects == second.subjects and second.verb.form == first.verb.form and not first.passive
        deeds = second.verb.kind in ("update", "action") and first.verb.kind not in ("have", "plain")
        if bare and alike and deeds:
            second.objects = list(first.objects)


def _no_verb(elements: list[Element]) -> bool:
    return not any(kind in ("V", "X") for kind, _, _ in elements)


def _until_break(elements: list[Element]) -> list[Element]:
    end = next(
        (place for place, element in enumerate(elements) if element[0] in BREAKS or element[0] in ("S", ",")), None
    )
    return elements[:end]


_GENITIVE: Final = frozenset("der des dieser aller ihrer seiner unserer eines einer".split()) | {""}


def _clauses_by_bag(elements: list[Element], lexicon: Lexicon) -> Parsed:
    """German: the verb stands last or second; of the nouns without preposition the first is the subject."""
    parsed = Parsed([], [], [])
    clause: list[Element] = []
    former: list[Phrase] = []

    def close() -> None:
        nonlocal clause, former
        nouns: list[Phrase] = []
        preps: list[tuple[str, Phrase]] = []
        verbs: list[Verb] = []
        prep, passive, negated, modal, pronoun, reflexive = "", False, False, False, "", False
        previous, list_of = "", ""  # "mit Beginn, Ende und Vertretung": the preposition holds for the whole list
        for kind, token, phrase in clause:
            if kind == "np" and phrase is not None:
                parsed.phrases.append(phrase)
                if prep or (previous == "C" and list_of and phrase.determiner == ""):
                    list_of = prep or list_of
                    preps.append((list_of, phrase))
                    prep = ""
                elif (
                    previous == "np" and (nouns or (preps and phrase.determiner)) and phrase.determiner in _GENITIVE
                ):  # a genitive: "Liste der offenen Exemplare"
                    preps.append(("von", phrase))
                else:
                    nouns.append(phrase)
                    list_of = ""
            elif kind == "P" and token is not None:
                prep = token.lower
            elif kind == "V" and token is not None and token.verb is not None:
                verbs.append(token.verb)
                list_of = ""
            elif kind == "X" and token is not None:
                passive = passive or token.lower in ("wird", "werden", "wurde", "wurden", "worden", "ist", "sind")
                modal = modal or token.lower not in ("wird", "werden", "ist", "sind")
            elif kind == "G":
                negated = True
            elif kind == "O" and token is not None:
                reflexive = reflexive or (token.lower == "sich" and len(nouns) == 1)
                pronoun = pronoun or token.lower
            previous = kind
        bar = any(verb.form == "ed" for verb in verbs)
        is_passive = passive and bar
        for index, verb in enumerate(verbs):
            frame = Frame(verb, passive=is_passive and verb.form == "ed", negated=negated, preps=list(preps))
            if frame.passive:
                frame.objects = list(nouns)
                frame.subjects = [phrase for name, phrase in preps if name in ("von", "durch")][:1]
            elif nouns:
                if reflexive and index == 0 and nouns:
                    frame.subjects, frame.objects = nouns[:1], nouns[:1]
                elif pronoun in ("er", "sie", "es", "wir", "ich", "man", "jemand"):
                    frame.pronoun = pronoun
                    frame.subjects, frame.objects = list(former[:1]) if pronoun in ("er", "sie") else [], list(nouns)
                else:
                    frame.subjects, frame.objects = nouns[:1], nouns[1:]
            if index < len(verbs) - 1 and verb.form == "base" and modal and len(verbs) > 1 and not frame.objects:
                frame.objects = list(nouns[1:])
            parsed.frames.append(frame)
        if not verbs:
            parsed.loose += preps
        former = nouns or former
        clause = []

    for place, element in enumerate(elements):
        if element[0] in ("S", ",") or element[0] in BREAKS:
            if element[0] == "," and clause and (_no_verb(clause) or _no_verb(_until_break(elements[place + 1 :]))):
                clause.append(("C", element[1], None))  # the list goes on
                continue
            close()
        else:
            clause.append(element)
    close()
    return parsed
