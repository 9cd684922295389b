"""The words that state a rule, by kind and language: regular expressions with bounded gaps, so none costs much."""

import re
from functools import lru_cache
from typing import Final, Literal

RuleKind = Literal["unique", "exclusive", "once", "immutable", "append_only", "ownership", "visibility", "condition"]

# In the order in which a clause is asked; a condition is what is left.
_WORDS: Final[dict[RuleKind, dict[str, tuple[str, ...]]]] = {
    "exclusive": {
        "en": (
            r"\b(?:two|no two|several|more than one)\b[^.;]{0,40}\b(?:never|not|cannot|can't|may"
            r"|must)\b[^.;]{0,30}\bsame\b",
            r"\bno two\b[^.;]{0,60}\bsame\b",
            r"\b(?:never|not|cannot|can't)\b[^.;]{0,20}\b(?:double.?book|overlap|book(?:ed)? twice)",
            r"\b(?:no|without|prevents?|avoids?|excludes?) (?:double.?booking|overlap)",
        ),
        "de": (r"\b(?:zwei|niemals|nie|nicht)\b[^.;]{0,50}\b(?:denselben|dieselbe|dasselbe|doppelt|überschneiden)\b",),
        "fr": (r"\bdeux\b[^.;]{0,40}\bne\b[^.;]{0,30}\bmême\b", r"\bchevauche"),
        "es": (r"\bdos\b[^.;]{0,40}\b(?:no|nunca)\b[^.;]{0,30}\bmism[oa]", r"\bsolapa"),
        "pl": (
            r"\b(?:dwóch|dwie|dwa|dwoje)\b[^.;]{0,40}\bnie\b[^.;]{0,40}\b(?:ten sam|tego samego|tej samej|tę samą)\b",
        ),
    },
    "append_only": {
        "en": (
            r"\b(?:nobody|no one|no-one|none) (?:can |may |must |ever ){0,2}(?:edits?|deletes?|removes?|alters?"
            r"|changes?)\b",
            r"\b(?:never|not|cannot|can't|must not be|may not be)(?: be)? (?:deleted|removed|erased)\b",
            r"\bappend.only\b",
            r"\b(?:every|each|all) [^.;]{0,60}\b(?:is|are) (?:recorded|logged|kept|written|stored|audited)\b",
            r"\bmust be known\b|\bwho (?:read|saw|changed|did|opened)\b|\b(?:and )?that is logged\b",
            r"\b(?:is|are) (?:logged|recorded|written to an? [^.;]{0,20}log)\b",
        ),
        "de": (
            r"\bniemand (?:darf |kann )?[^.;]{0,30}\b(?:löscht|löschen|entfernen|ändert)|\b(?:werden"
            r"|wird) protokolliert\b",
            r"\bnicht gelöscht\b",
        ),
        "fr": (
            r"\bpersonne ne (?:peut )?[^.;]{0,20}\b(?:supprime|efface)",
            r"\b(?:est|sont) (?:journalisé|enregistré|tracé)",
        ),
        "es": (r"\bnadie puede (?:borrar|eliminar)", r"\bno se pueden? (?:borrar|eliminar)", r"\bqueda registrad"),
        "pl": (
            r"\bnikt nie (?:może )?[^.;]{0,20}\busu",
            r"\bnie można usu",
            r"\b(?:jest|są) (?:rejestrowan|zapisywan)",
        ),
    },
    "immutable": {
        "en": (
            r"\b(?:can't|cannot|can not|must not|may not|must never|can never|never|not)(?: be)? (?:any ?more )?"
            r"(?:chang|edit|alter|modif|overwrit)",
            r"\b(?:is|are|becomes?|stays?) (?:immutable|read.only|frozen|final)\b|\bimmutable\b",
        ),
        "de": (
            r"\b(?:darf|dürfen|kann|können)\b[^.;]{0,40}\b(?:nicht|nie)\b[^.;]{0,25}\b(?:geändert|verändert"
            r"|bearbeitet)",
            r"\bunveränder(?:lich|bar)",
        ),
        "fr": (r"\bne peu(?:t|vent) (?:pas|plus|jamais)[^.;]{0,20}(?:modifi|chang)",),
        "es": (r"\bno (?:se )?pueden? [^.;]{0,20}(?:modific|cambi|edit)",),
        "pl": (r"\bnie (?:można|może|mogą|wolno)[^.;]{0,20}(?:zmien|zmian|edyt|modyfik)",),
    },
    "once": {
        "en": (
            r"\b(?:works?|valid|usable|used|exported?|sent|paid|counted|runs?|charged|done)(?: only| exactly"
            r"| just)? once\b",
            r", once,|\b(?:only|exactly|at most|just) once\b(?! (?:a|an|per|every) )|\b(?:one-time|single-use)\b",
        ),
        "de": (r"\b(?:nur|genau|höchstens) einmal\b", r"\beinmalig"),
        "fr": (r"\bune (?:seule|unique) fois\b",),
        "es": (r"\buna (?:sola|única) vez\b",),
        "pl": (r"\b(?:tylko|dokładnie) raz\b", r"\bjednorazow"),
    },
    "unique": {
        "en": (
            r"\bunique\b|\bno duplicates?\b|\b(?:already|twice) (?:exists?|taken|is (?:flagged|refused|rejected))",
            r"\bthe same\b[^.;]{0,80}\btwice\b|\bat most one\b",
            r"\b(?:only|exactly) one\b[^.;]{0,30}\b(?:per|for (?:each|every|one|a)|in)\b",
            r"\bone (?:[^\W\d_]+ ){1,2}(?:per|for (?:each|every)) ",
        ),
        "de": (r"\beindeutig", r"\b(?:höchstens|genau|nur) eine?n?\b[^.;]{0,30}\b(?:pro|je)\b"),
        "fr": (r"\bunique\b", r"\b(?:un seul|une seule|au plus une?)\b[^.;]{0,30}\bpar\b"),
        "es": (r"\búnic[oa]\b", r"\b(?:un solo|una sola|como máximo una?)\b[^.;]{0,30}\bpor\b"),
        "pl": (r"\bunikaln", r"\b(?:tylko|najwyżej) (?:jeden|jedna|jedno|jedną)\b"),
    },
    "ownership": {
        "en": (
            r"\bonly\b[^.;]{0,40}\b(?:their|his|her|its|your|my) own\b|\b(?:their|his|her) own\b[^.;]{0,30}\bonly\b",
            r"\b(?:nobody|no one|no-one|never|not)\b[^.;]{0,40}\b(?:own|of (?:another|other|someone else"
            r"|anyone else))\b",
            r"\b(?:sees?|views?|reads?|downloads?|edits?|changes?|cancels?|deletes?"
            r"|exports?)\b[^.;]{0,50}\b(?:their|my)\b",
        ),
        "de": (r"\b(?:niemand|nur|nicht)\b[^.;]{0,30}\beigene[nrs]?\b",),
        "fr": (r"\b(?:personne|seulement|uniquement|que)\b[^.;]{0,30}\bpropres?\b",),
        "es": (r"\b(?:nadie|solo|sólo)\b[^.;]{0,30}\bpropi[oa]s?\b",),
        "pl": (r"\b(?:nikt|tylko)\b[^.;]{0,30}\b(?:własn|swoj)",),
    },
    "visibility": {
        "en": (
            r"\b(?:never|not|nobody|no one|cannot|can't)\b (?:be )?(?:sees?|seen|shown?|visible|views?|reads?"
            r"|readable)\b",
            r"\bonly\b[^.;]{0,30}\b(?:sees?|seen|visible|views?|read by|shown)\b|\b(?:hidden from|kept from"
            r"|confidential)\b",
            r"\b(?:is|are|stays?) private\b|\b(?:read[- ]only|may read but not)\b",
            r"\bnever be able to (?:read|decrypt|see)\b",
        ),
        "de": (
            r"\b(?:nicht|nie|niemand|nur)\b[^.;]{0,30}\b(?:sehen|sieht|sichtbar|einsehen|eingesehen)\b",
            r"\bvertraulich",
        ),
        "fr": (r"\b(?:jamais|pas|seuls?|personne)\b[^.;]{0,30}\b(?:voir|voient|voit|visibles?)\b", r"\bconfidentiel"),
        "es": (r"\b(?:nunca|nadie|solo|sólo|no)\b[^.;]{0,20}\b(?:ver|ven|ve|visibles?)\b", r"\bconfidencial"),
        "pl": (r"\b(?:nie|nikt|tylko)\b[^.;]{0,25}\b(?:widzi|widzą|widoczn)", r"\bpoufn"),
    },
    "condition": {
        "en": (
            r"\bonly (?:if|when|after|while|until|in|on|by|for|from|with|to)\b|\bonly\b[^.;]{0,30}\b(?:may|can|in)\b",
            r"\b(?:can|may) only\b|\bunless\b|\bexcept\b|\bprovided that\b|\b(?:must|may|shall) (?:not|never)\b"
            r"|\bcannot\b",
            r"\b(?:needs?|requires?) (?:an? |the )?(?:second|reason|director|approval|confirmation|other|further"
            r"|manager)",
            r"\b(?:above|over|more than|below|under|at least|as soon as)\b[^.;]{0,50}\b(?:must|needs?|requires?"
            r"|is|are)\b",
            r"\bno (?:more than|[^\W\d_]+) (?:may|can|must)\b|\buntil\b[^.;]{0,50}\b(?:has|have|is|are|was)\b",
            r"\bif (?:it|they) (?:is|are) not\b|\b(?:three|two|four|five|\d+) times\b|\bfalls? below\b|\bat most\b",
            r"\bno more than\b|\bnobody\b",
        ),
        "de": (
            r"\b(?:nur|erst) (?:wenn|mit|nach|durch|für)\b|\baußer\b|\b(?:darf|dürfen) (?:nur|nicht|nie)\b"
            r"|\bhöchstens\b",
            r"\bsofern\b|\bdreimal\b|\bniemand\b",
        ),
        "fr": (
            r"\b(?:seulement|uniquement) (?:si|quand|après|avec|pour)\b|\bsauf\b|\bne (?:peut|peuvent|doit"
            r"|doivent)\b",
            r"\bau plus\b|\btrois fois\b",
        ),
        "es": (
            r"\b(?:solo|sólo) (?:si|cuando|después|con|para)\b|\bsalvo\b|\bno pueden?\b|\bcomo máximo\b"
            r"|\btres veces\b",
        ),
        "pl": (
            r"\btylko (?:jeśli|gdy|po|z|dla)\b|\bchyba że\b|\bnie (?:może|mogą|można)\b|\bnajwyżej\b|\btrzy razy\b",
        ),
    },
}


@lru_cache(maxsize=8)
def rule_patterns(language: str) -> tuple[tuple[RuleKind, re.Pattern[str]], ...]:
    """Return the kinds with their patterns in one language, the condition last; an unknown language has the English."""
    return tuple(
        (kind, re.compile("|".join(f"(?:{word})" for word in words.get(language, words["en"])), re.IGNORECASE))
        for kind, words in _WORDS.items()
    )
