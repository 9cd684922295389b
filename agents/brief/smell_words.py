"""The words of requirement smells, by language: regular expressions without a group that matters."""

import re
from typing import Final

QUALITY: Final = {
    "en": r"user[- ]friendly|easy(?: to use)?|easily|simple|intuitive|fast|quick(?:ly)?|efficient(?:ly)?|flexible|"
    r"scalable|robust|reliable|secure|modern|nice|good|clean|smooth(?:ly)?|seamless(?:ly)?|lightweight"
    r"|appropriate(?:ly)?|"
    r"adequate(?:ly)?|suitable|reasonable|sufficient(?:ly)?|state[- ]of[- ]the[- ]art|high[- ]quality|performant|"
    r"powerful|convenient(?:ly)?|clear(?:ly)?|proper(?:ly)?|timely|responsive|meaningful|acceptable",
    "de": r"benutzerfreundlich\w*|einfach\w*|intuitiv\w*|schnell\w*|effizient\w*|flexib\w+|skalierbar\w*|robust\w*|"
    r"zuverlässig\w*|sicher(?:e[nrs]?|em)?|modern\w*|angemessen\w*|geeignet\w*|ausreichend\w*|zeitnah\w*"
    r"|übersichtlich\w*|"
    r"komfortabel\w*|performant\w*|möglichst",
    "fr": r"convivial\w*|simple\w*|facile\w*|intuiti\w+|rapide\w*|efficace\w*|flexible\w*|évoluti\w+"
    r"|robuste\w*|fiable\w*|"
    r"sécurisé\w*|moderne\w*|adapté\w*|approprié\w*|suffisant\w*|raisonnable\w*",
    "es": r"amigable\w*|sencill\w+|fácil\w*|intuitiv\w+|rápid\w+|eficiente\w*|flexible\w*|escalable\w*"
    r"|robust\w+|fiable\w*|"
    r"segur[oa]s?|modern\w+|adecuad\w+|apropiad\w+|suficiente\w*|razonable\w*",
    "pl": r"przyjazn\w+|prost[aeyo]\w*|łatw\w+|intuicyjn\w+|szybk\w+|wydajn\w+|elastyczn\w+|skalowaln\w+"
    r"|niezawodn\w+|"
    r"bezpieczn\w+|nowoczesn\w+|odpowiedni\w*|wystarczając\w+|wygodn\w+",
}
ADVERB: Final = {
    "en": r"usually|normally|generally|typically|mostly|often|sometimes|regularly|periodically|frequently"
    r"|occasionally|"
    r"approximately|roughly|almost|nearly|soon|very|quite|rather|as far as|mainly|basically|ideally",
    "de": r"normalerweise|üblicherweise|meistens|oft|manchmal|regelmäßig|gelegentlich|ungefähr|etwa|fast|bald|sehr|"
    r"weitgehend|grundsätzlich|in der regel",
    "fr": r"normalement|généralement|souvent|parfois|régulièrement|environ|presque|bientôt|très|plutôt|en général",
    "es": r"normalmente|generalmente|a menudo|a veces|regularmente|aproximadamente|casi|pronto|muy|en general",
    "pl": r"zwykle|zazwyczaj|często|czasami|regularnie|około|prawie|wkrótce|bardzo|generalnie",
}
COMPARISON: Final = {
    "en": r"(?:better|faster|easier|simpler|quicker|larger|smaller|cheaper|safer|higher|lower|more \w+)(?! than\b)",
    "de": r"(?:besser|schneller|einfacher|größer|kleiner|günstiger|sicherer|höher)(?:e[nrs]?)?(?! als\b)",
    "fr": r"(?:meilleure?s?|plus (?:rapide|simple|facile|grand|petit)\w*)(?! que\b)",
    "es": r"(?:mejor(?:es)?|más (?:rápid|sencill|fácil|grande|pequeñ)\w*)(?! que\b)",
    "pl": r"(?:lepsz\w+|szybsz\w+|prostsz\w+|łatwiejsz\w+|większ\w+|mniejsz\w+)(?! niż\b)",
}
SUPERLATIVE: Final = {
    "en": r"(?:best|fastest|easiest|simplest|(?<!at )most \w+|optimal(?:ly)?|maximal(?:ly)?|minimal(?:ly)?)",
    "de": r"(?:beste[nrs]?|schnellste[nrs]?|einfachste[nrs]?|optimal\w*|bestmöglich\w*)",
    "fr": r"(?:le meilleur|la meilleure|le plus \w+|la plus \w+|optimal\w*)",
    "es": r"(?:el mejor|la mejor|lo más \w+|óptim\w+)",
    "pl": r"(?:najlepsz\w+|najszybsz\w+|najprostsz\w+|optymaln\w+)",
}
AMOUNT: Final = {
    "en": r"some|many|few|a lot of|lots of|various|numerous|enough|most of|large (?:number|amount)s? of",
    "de": r"einige[nr]?|viele[nr]?|wenige[nr]?|diverse[nr]?|verschiedene[nr]?|genug|zahlreiche[nr]?",
    "fr": r"quelques|beaucoup de|peu de|divers(?:es)?|nombreu(?:x|ses)|assez de",
    "es": r"algun[oa]s|vari[oa]s|much[oa]s|poc[oa]s|divers[oa]s|numeros[oa]s|bastantes?",
    "pl": r"kilka|kilku|wiele|wielu|niektór\w+|różn\w+|liczn\w+|trochę",
}
OPEN: Final = {
    "en": r"etc\b\.?|and so on|and so forth|and the like|and more\b|including but not limited to|such as"
    r"|for example|e\.g\.|…",
    "de": r"usw\.?|etc\b\.?|und so weiter|und ähnliche[srn]?|zum beispiel|z\. ?b\.|beispielsweise"
    r"|unter anderem|u\. ?a\.|…",
    "fr": r"etc\b\.?|et ainsi de suite|par exemple|p\. ?ex\.|entre autres|tels? que|telles? que|…",
    "es": r"etc\b\.?|etcétera|y así sucesivamente|por ejemplo|p\. ?ej\.|entre otros|tales como|…",
    "pl": r"itd\.?|itp\.?|i tak dalej|na przykład|np\.|między innymi|m\.in\.|…",
}
LOOPHOLE: Final = {
    "en": r"if possible|where possible|as (?:far|much|little) as possible|if (?:needed|necessary|required"
    r"|appropriate)|"
    r"as (?:needed|appropriate|required|applicable)|optionally|possibly|preferably|ideally|should|might|could|try to|"
    r"to the extent|nice to have|can be considered",
    "de": r"falls möglich|wenn möglich|nach möglichkeit|so weit wie möglich|gegebenenfalls|ggf\."
    r"|bei bedarf|eventuell|"
    r"optional|sollte[n]?|könnte[n]?|idealerweise|wünschenswert",
    "fr": r"si possible|dans la mesure du possible|le cas échéant|si nécessaire|éventuellement|au besoin"
    r"|devrai(?:t|ent)|"
    r"pourrai(?:t|ent)|idéalement",
    "es": r"si es posible|en la medida de lo posible|si procede|si es necesario|eventualmente|debería[n]?|podría[n]?|"
    r"idealmente|opcionalmente",
    "pl": r"jeśli to możliwe|w miarę możliwości|w razie potrzeby|ewentualnie|opcjonalnie|powinn[oay]|powinien|mógłby|"
    r"najlepiej",
}
PLACEHOLDER: Final = r"\b(?:tbd|tbc|tba|todo|fixme|xxx)\b|\?\?+|\[\s*\.{2,}\s*\]|<[a-z ]{2,20}>"
BOUND: Final = {
    "en": r"at most|at least|no more than|no less than|up to|within|maximum(?: of)?|minimum(?: of)?"
    r"|limited to|a limit(?:ed "
    r"number)? of|after a while|after some time|for a while|for some time|long enough",
    "de": r"höchstens|mindestens|maximal|minimal|bis zu|innerhalb von|nach einiger zeit|eine zeit lang"
    r"|begrenzte anzahl",
    "fr": r"au plus|au moins|au maximum|au minimum|jusqu'à|dans un délai|après un certain temps|un nombre limité",
    "es": r"como máximo|como mínimo|al menos|hasta|en un plazo|después de un tiempo|un número limitado",
    "pl": r"najwyżej|co najmniej|maksymalnie|minimalnie|po pewnym czasie|przez pewien czas|ograniczon\w+ liczb\w+",
}
NUMERAL: Final = re.compile(
    r"\d|\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|half|eine?[nrms]?|zwei"
    r"|drei|vier|fünf|"
    r"sechs|sieben|acht|neun|zehn|zwölf|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|dos|tres|cuatro|cinco"
    r"|seis|"
    r"siete|ocho|diez|uno|jeden|jedn\w+|dwa|dwie|trzy|cztery|pięć|sześć|the|once|twice|einmal|zweimal)\b",
    re.IGNORECASE,
)
NEGATIVE: Final = {
    "en": r"(?:must|may|shall|should|can|could|will)(?: ?not|n't)|must never|may never|cannot|never|nobody"
    r"|no one|not allowed",
    "de": r"(?:darf|dürfen|kann|können|soll|sollen)(?: \w+){0,4}? nicht|niemals|nie|niemand|nicht erlaubt|verboten",
    "fr": r"ne (?:peut|peuvent|doit|doivent)(?: \w+)? (?:pas|plus|jamais)|jamais|personne ne|interdit",
    "es": r"no (?:puede|pueden|debe|deben)|nunca|jamás|nadie|prohibid[oa]",
    "pl": r"nie (?:może|mogą|można|wolno|powin\w+)|nigdy|nikt|zabronion\w+",
}
EXCEPTION: Final = re.compile(
    r"\b(?:unless|except|only|instead|otherwise|but|if|when|until|even|whatever|then|is told|is shown|message"
    r"|error|refused|"
    r"rejected|außer|nur|sonst|sondern|wenn|bis|sauf|sinon|seulement|si|lorsque|mais|salvo|solo|sólo|cuando|sino"
    r"|pero|"
    r"chyba|tylko|jeśli|gdy|lecz|ale)\b|[;:]",
    re.IGNORECASE,
)
