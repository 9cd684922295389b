"""How numbers and times are written in words, in the five languages that briefs are read in."""

from decimal import Decimal
from typing import Final

NUMBER_WORDS: Final = {
    word: number
    for number, words in {
        1: "one once einmal",
        2: "two twice zwei zweimal deux dos dwa dwie",
        3: "three thrice drei dreimal trois tres trzy",
        4: "four vier quatre cuatro cztery",
        5: "five fünf cinq cinco pięć",
        6: "six sechs seis sześć",
        7: "seven sieben sept siete siedem",
        8: "eight acht huit ocho osiem",
        9: "nine neun neuf nueve dziewięć",
        10: "ten zehn dix diez dziesięć",
        12: "twelve zwölf douze doce dwanaście",
    }.items()
    for word in words.split()
}
TIME_WORDS: Final = {
    word: unit
    for unit, words in {
        "ms": "ms milliseconds millisecond millisekunden",
        "second": "s sec secs second seconds sekunde sekunden seconde secondes segundo segundos sekund sekundy",
        "minute": "min mins minute minutes minuten minuto minutos minut minuty minuta",
        "hour": "h hour hours stunde stunden heure heures hora horas godzin godziny godzina",
        "day": "day days tag tage tagen jour jours día días dni dzień",
        "week": "week weeks woche wochen semaine semaines semana semanas tygodni tygodnie tydzień",
        "month": "month months monat monate monaten mois mes meses miesiąc miesiące miesięcy",
        "year": "year years jahr jahre jahren an ans année années año años rok lata lat",
    }.items()
    for word in words.split()
}
SECONDS: Final = {  # of each unit of time; a month has 30 days, a year 365
    "ms": Decimal("0.001"),
    "second": Decimal(1),
    "minute": Decimal(60),
    "hour": Decimal(3600),
    "day": Decimal(86_400),
    "week": Decimal(604_800),
    "month": Decimal(2_592_000),
    "year": Decimal(31_536_000),
}
