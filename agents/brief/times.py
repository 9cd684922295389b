"""Words that name a time at which something happens by itself."""

import re
from typing import Final

TIMED: Final = re.compile(
    r"\bthe (?:day|night|week|evening) before\b|\bevery (?:day|night|week|month|hour|morning|evening|year|quarter|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d+ \w+)\b"
    r"|\b(?:daily|nightly|weekly|monthly|hourly|yearly|annually|quarterly|once an? (?:day|week|month|year))\b"
    r"|\b(?:\d+|one|two|three|four|five|six|seven|ten|fourteen|thirty) (?:minutes?|hours?|days?|weeks?|months?) "
    r"(?:before|after|later|beforehand|in advance)\b"
    r"|\bafter (?:\d+|one|two|three|four|five|six|seven|ten|fourteen|thirty) (?:minutes?|hours?|days?|weeks?|months?|"
    r"years?)\b|\b(?:at|by) (?:the )?(?:month|week|year|day|quarter)(?:'s)? end\b|\bat the end of (?:the|each"
    r"|every)\b"
    r"|\bon the \d+(?:st|nd|rd|th)\b"
    r"|\b(?:täglich|wöchentlich|monatlich|jährlich|nächtlich|am vortag|am tag (?:davor|zuvor|vorher))\b"
    r"|\bam (?:\w+)?(?:ende|schluss)\b|\b(?:jede[nrs]?) (?:tag|nacht|woche|monat|montag|freitag|abend|morgen)\b"
    r"|\bnach [\d, und]+(?:minuten?|stunden?|tagen?|wochen?|monaten?|jahren?)\b|\b\d+ (?:tage|stunden) (?:vorher"
    r"|zuvor)\b"
    r"|\bbis (?:montag|dienstag|mittwoch|donnerstag|freitag)\b|\bnach \w+ (?:tagen|stunden|wochen)\b"
    r"|\bchaque (?:jour|nuit|semaine|mois|année|lundi)\b|\bla veille\b|\b\d+ (?:jours?|heures?) (?:avant|après)\b"
    r"|\baprès \d+ (?:jours?|mois|heures?|ans?)\b|\b(?:quotidien|hebdomadaire|mensuel)"
    r"|\bcada (?:día|noche|semana|mes|año|lunes)\b|\bel día (?:antes|anterior)\b|\b\d+ (?:días?|horas?) (?:antes"
    r"|después)\b"
    r"|\b(?:diari|semanal|mensual)\w*\b|\bcodziennie\b|\bco (?:tydzień|miesiąc|noc|dzień|rok)\b|\bdzień (?:przed"
    r"|wcześniej)\b"
    r"|\b\d+ dni (?:przed|po)\b|\bpo \d+ (?:dniach|godzinach|miesiącach)\b",
    re.IGNORECASE,
)
