"""Who does what to what: the frames of a clause, by word order or, in German, by what stands in it."""

from itertools import pairwise
from typing import Final

from agents.brief.phrase import ANYONE, SPANS, Element, Frame, Parsed, Phrase
from agents.brief.token import BREAKS, Token
from agents.brief.words import Lexicon, Verb


def clauses_in_order(elements: list[Element], lexicon: Lexicon) -> Parsed:
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
    last_kind, by_itself = "", False
    said_of: list[Phrase] = []  # the subject of a clause that says how something is
    antecedent: Phrase | None = None  # what a relative clause speaks of: "a note that patients never see"
    by_mark = {"en": "by", "fr": "par", "es": "por", "pl": "przez"}.get(lexicon.code, "")
    for kind, token, phrase in elements:
        if kind != "np" and kind != "X":
            attached = None
        after_comma = kind == "np" and last_kind == ","
        last_kind = kind
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
            elif frame is not None and role == "object" and after_comma and _is_bare(frame) and phrase.determiner:
                subjects, frame, role = [phrase], None, "subject"  # "when somebody cancels, the next member …"
            elif frame is not None and frame.passive and not joined and frame.verb.lemma in _GIVING and not frame.preps:
                frame.objects = [phrase]  # "is offered the place"
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
            new = Frame(
                verb, place=token.place, negated=negated, modal=modal, passive=is_passive or reduced, pronoun=pronoun
            )
            if new.passive and lexicon.code == "pl" and not passive_mark and not subjects:
                pass  # "naliczana jest kara": what it is done to is still to come
            elif new.passive:
                new.objects = subjects or (
                    list(former.objects if former and former.passive else former.subjects) if former else []
                )
            elif subjects:
                new.subjects = subjects
            elif said_of and joined and not pronoun:
                new.subjects = said_of  # "a grant is limited, and has a waiting period"
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
            if by_itself and subjects and not new.passive:
                new.passive, new.objects = True, list(subjects)  # "los datos se borran"
            by_itself = False
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
            if kind == "," and passive_mark and frame is None:
                said_of, subjects = subjects, []
                passive_mark, negated = False, False  # "if a product is short, …"
            joined = True
            prep = ""
        elif kind == "O" and token is not None and token.lower in _ITSELF.get(lexicon.code, ()):
            by_itself = True
        elif kind == "O" and token is not None:
            if prep:
                prep = ""
            elif frame is not None and joined and token.lower in ANYONE:
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


_GIVING: Final = frozenset("offer give send show tell ask assign grant award teach pay lend sell".split())
_ITSELF: Final = {"es": frozenset(("se",)), "pl": frozenset(("się",))}
_BEHIND: Final = frozenset("pas plus jamais".split())


def _is_bare(frame: Frame) -> bool:
    return not (frame.objects or frame.preps or frame.object_pronoun or frame.passive)


def _is_span(phrase: Phrase) -> bool:
    """Does the phrase say when or how long: "once a day", "3 days"?"""
    counted = bool(phrase.quantity) or phrase.determiner in ("a", "an", "each", "every", "per")
    return counted and phrase.head_key in SPANS and not phrase.modifiers


_BE = {
    "en": frozenset("is are was were be been being am isn't aren't wasn't weren't".split()),
    "fr": frozenset("est sont était être été sera seront soit".split()),
    "es": frozenset("es son fue ser sido está están será serán sea".split()),
    "pl": frozenset("zostać być jest są był była było były być będzie będą zostaje zostają został".split()),
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


def clauses_by_bag(elements: list[Element], lexicon: Lexicon) -> Parsed:
    """German: the verb stands last or second; of the nouns without preposition the first is the subject."""
    parsed = Parsed([], [], [])
    clause: list[Element] = []
    former: list[Phrase] = []
    carried: list[Phrase] = []  # the subject of the clause before, which goes on behind "und"

    def close() -> None:
        nonlocal clause, former, carried
        goes_on = bool(carried)
        nouns, carried = list(carried), []
        preps: list[tuple[str, Phrase]] = []
        verbs: list[Verb] = []
        prep, passive, negated, modal, pronoun, reflexive = "", False, False, False, "", False
        previous, list_of = "", ""  # "mit Beginn, Ende und Vertretung": the preposition holds for the whole list
        for kind, token, phrase in clause:
            if kind == "np" and phrase is not None:
                parsed.phrases.append(phrase)
                if phrase.determiner in ("je", "pro", "per"):
                    preps.append((phrase.determiner, phrase))
                elif prep or (previous == "C" and list_of and phrase.determiner == ""):
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
            if not frame.objects and (pronoun == "ihn" or (goes_on and pronoun in ("sie", "es"))):
                frame.object_pronoun = "it"
                frame.subjects, frame.pronoun = nouns[:1], ""
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
        elif _begins_deed(clause, element):
            clause.pop()
            close()
            carried = former[:1]
            clause.append(element)
        else:
            clause.append(element)
    close()
    return parsed


def _begins_deed(clause: list[Element], element: Element) -> bool:
    """In "exportiert Einträge und erstellt die Rechnung" the second verb has objects of its own."""
    if not clause or clause[-1][0] != "C" or not _is_finite(element):
        return False
    first = next((place for place, other in enumerate(clause) if _is_finite(other)), None)
    return (
        first is not None
        and any(kind == "np" for kind, _, _ in clause[:first])
        and any(kind == "np" for kind, _, _ in clause[first:])
    )


def _is_finite(element: Element) -> bool:
    kind, token, _ = element
    return kind == "V" and token is not None and token.verb is not None and token.verb.form in ("s", "base")
