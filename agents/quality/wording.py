"""What a text says, by its words: quotations, and whether a consequence is a gain or a price. In five languages."""

from __future__ import annotations

import re
import unicodedata

MOST_QUOTES = 12  # of one text
LEAST_WORDS = 3  # fewer are a name, not evidence
LONGEST_TEXT = 20_000  # characters that are read

_QUOTED = re.compile(r"[“„«]([^“”„«»]{8,1000})[”“»]|(?<!\w)\"([^\"\n]{8,1000})\"(?!\w)")
_WORD = re.compile(r"\w+")
_MARKS = re.compile(r"[\s*_`#>|~–—‐-―\"'“”„«»‘’‚…·•]+|\.\.\.|--+|(?<!\w)-|-(?!\w)")
_LIGATURES = str.maketrans({"ß": "ss", "­": ""})

# Words, and beginnings of words where five letters or more are given. A sentence may hold both kinds.
_GAINS = """
good gain gains benefi easie easy easil simpl faste fast quick cheap fewer less safe safer safel secur clear can allow
enabl lets let stay stays keep keeps protect preven avoid never nobody nothing always every same direct reuse consisten
reliab prove traceab ready share shared survive
gut gute guter gutes vortei einfach leicht schnell günsti guensti weniger siche klar kann können koenne bleib bleibt
erlaub verhinder immer kein keine schütz niemand jeder jede
bon bons avantag simple facile rapid moins sûr sûre sûrs clair peut peuvent perme garde évite proté toujour aucun jamais
buen bueno buena ventaj sencill fácil rápid barat menos segur claro clara puede permit mantien evita prote siempre
ningún ningun nunca mismo misma
dobr dobra dobre dobry zalet korzy prost łatw łatwo łatwy łatwi szybk szybci tani taniej mniej bezpiec jasn może mogą
pozwa zosta chroni zapobieg zawsze nigdy nikt żaden żadne
"""
_PRICES = """
bad badly cost costs costl price must need needs requir slow slower slowl hard harder more extra risk risks but however
cannot only lose loses lost depend wait waits give gives effort work works mainta burden complex duplica limit limits
until unless delay stale longer another grow grows fail fails expens though althoug instead too not second separat later
schlech nachteil koste kosten muss müssen braucht brauche langsam schwer mehr risiko risiken aber jedoch nur verlie
abhäng warte aufwand pflege erst nicht doppelt zusätz
mauvai inconvé coût coûte coûts coûtent doit doivent faut lent lente plus risque mais cependa seul perd dépend attend
charge entreti pas
malo mala desvent cuesta cuest coste costo costos debe deben necesit lento lenta difíc más riesgo pero solo sólo pierde
depend esper esfuer no
zły złe wada wady koszt musi muszą trzeba wymaga wolno wolny wolni trudn więcej ryzyk ale jedna tylko traci zależ czeka
wysił utrzy nie
"""
_BEGINNING = 5  # letters from which a listed word stands for all that begin with it


_SAYS_GAIN = re.compile(r"\A\W*(?:\+|✓|✅|pros?\b|good\b|positive|gain|vorteil|plus\b|avantage|ventaja|zaleta)", re.I)
_SAYS_PRICE = re.compile(
    r"\A\W*(?:-(?=\s)|−|✗|❌|cons?\b|bad\b|negative|price\b|cost\b|nachteil|minus\b|inconvénient|desventaja|wada)",
    re.IGNORECASE,
)


class _Words:
    """A list of words and beginnings."""

    def __init__(self, listed: str) -> None:
        self._whole = frozenset(listed.split())
        self._beginnings = tuple(sorted(word for word in self._whole if len(word) >= _BEGINNING))

    def fits(self, word: str) -> bool:
        return word in self._whole or word.startswith(self._beginnings)


_GAIN_WORDS, _PRICE_WORDS = _Words(_GAINS), _Words(_PRICES)


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters."""
    return [word.casefold() for word in _WORD.findall(text[:LONGEST_TEXT])]


def quotes_of(text: str) -> list[str]:
    """Return what stands in quotation marks and is long enough to be evidence, at most MOST_QUOTES."""
    found = [first or second for first, second in _QUOTED.findall(text[:LONGEST_TEXT])]
    return [quote for quote in found if len(_WORD.findall(quote)) >= LEAST_WORDS][:MOST_QUOTES]


def plain(text: str) -> str:
    """Return a text as evidence is looked for: without case, marks of emphasis, quotation marks and line breaks."""
    folded = unicodedata.normalize("NFC", text).casefold().translate(_LIGATURES)
    return " ".join(_MARKS.sub(" ", folded).split())


def occurs(quote: str, said: str) -> bool:
    """Whether a quotation occurs in a text that is `plain` already; its end may be cut, its parts left out by dots."""
    pieces = [plain(piece).strip(" .,;:!?") for piece in re.split(r"…|\.\.\.|\[…\]|\[\.\.\.\]", quote)]
    place = 0
    for piece in filter(None, pieces):
        found = said.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return any(pieces)


def kinds_of(consequence: str) -> frozenset[str]:
    """Return which kinds of consequence a sentence tells: `gain`, `price` or both; none when it says nothing.

    By the marks of MADR ("Good, because", "Bad, because", a plus, a minus), else by its words: prices have words that
    few languages do without (must, but, more, only); whatever tells no price is a gain.
    """
    if _SAYS_GAIN.match(consequence):
        return frozenset({"gain"})
    if _SAYS_PRICE.match(consequence):
        return frozenset({"price"})
    words = words_of(consequence)
    has_price = any(map(_PRICE_WORDS.fits, words))
    has_gain = any(map(_GAIN_WORDS.fits, words)) or (bool(words) and not has_price)
    return frozenset(kind for kind, told in (("gain", has_gain), ("price", has_price)) if told)
