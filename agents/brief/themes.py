"""Concerns that a sentence raises, by the words it uses: what the decisions of every role hang on."""

import re
from typing import Final

_PATTERNS: Final = {
    "same_time": r"same (?:second|time|moment|slot)|at "
    "once\b|simultan|concurren|double.?book|race|gleichzeitig|en même "
    r"temps|doublon|al mismo tiempo"
    r"|jednocześnie|doppelt|conflict|conflicto|overlap|überschneid|chevauch|solap|dwa razy",
    "uniqueness": r"\bunique\b|duplicate|the same \w+ (?:\([^)]*\) )?twice|twice is|only once|works once|no "
    "two|one .{0,20} "
    r"per|nur einmal|eindeutig|une seule fois|una sola vez"
    r"|tylko (?:raz|jed)|as csv, once|already exists|exactly once|una única|un seul",
    "approval": r"approv|four.eyes|second person|sign.?off|confirm(?:s|ed)? "
    "by|genehmig|freigab|valid(?:e|é|ation)|approuv|"
    r"aprob|zatwierdz|review(?:s|ed)? by|accept(?:s|ed) or",
    "separation": r"nobody .{0,30}own|not .{0,20}(?:their|his|her) own|may not approve|second person|only .{1,40} "
    "(?:may|can|"
    r"in production)|niemand .{0,20}eigen",
    "retention": r"kept for|keep .{0,30}for \w+ (?:day|month|year)|for \w+ (?:days|months|years)|retention|aufbewahr|"
    r"conserv|przechow|delete[sd]? after|purge|archiv",
    "audit": r"\blog(?:ged)?\b|audit|record(?:ed)?\b|history|who (?:read|changed|did)|who, when|every change|trail|"
    r"protokoll|nachvollzieh|histor|journal|trace|registr(?:o|a) de|rejestr zmian",
    "privacy": r"gdpr|dsgvo|rgpd|rodo|medical|health|patient|private|personal data|confidential|never "
    "see|secret|anonym|"
    r"consent|privacy|hipaa|datenschutz|médic|poufn|minor|children"
    r"|salary|salaries|salaire|salario|wynagrodz|gehalt",
    "performance": r"within \d+|in (?:less|under) than|under \d+|faster|latency|must not take|at most "
    ".{0,12}seconds|nicht "
    r"länger als|höchstens .{0,10}sekunden|quick|instant|schnell|rapide|rápid|szybk"
    r"|\d+ (?:ms|seconds?|s)\b|moins de|menos de",
    "throughput": r"(?:a|per|each|every) (?:second|minute|hour|day|month)\b|concurrent users|peak|busiest|\bload\b|pro "
    r"(?:sekunde|tag|monat)|par (?:seconde|jour|mois)|por (?:segundo|día|mes)"
    r"|(?:users|accounts|records|devices|tickets)\b.*\d{3}|\d[\d,.]*,000|\d{4,}",
    "availability": r"\bdown\b|offline|fail(?:s|ed|ure)?\b|outage|must not "
    "break|unavailable|ausfall|ausfällt|hors ligne|sin "
    r"conexión|bez internetu|24/7|uptime|no signal|without (?:network|internet|connection)"
    r"|poor connection|basement|99\.",
    "rate_limit": r"at most \d+ .{0,30}(?:an?|per) (?:hour|minute|day|second)|rate.?limit|throttl|an hour for "
    "one|brute|spam|"
    r"abuse",
    "quota": r"at most|no more than|up to \d|maximum|höchstens|maximal|au plus|au maximum|como máximo|máximo|najwyżej|"
    r"maksymalnie|limit(?:ed)? (?:of|to)",
    "expiry": r"expire|for \d+ minutes|valid for|works once, for|ablauf|läuft ab|gültig|expir|caduc|wygas|within \d+ "
    r"(?:minutes|hours|days)|(?:\d+|two|three) (?:minutes|hours|days|weeks)"
    r"|\d+ (?:tage|stunden|jours|heures|días|horas|dni|godzin)",
    "order": r"in order\b|sequence|first come|queue|waitlist|waiting list|reihenfolge|warteliste|liste d'attente|lista "
    r"de espera|lista oczekujących|ranking|bracket|seed",
    "retry": r"\bretr(?:y|ies|ied)\b|again after|at least once|re-?send|wiederhol|réessay|reintent|ponow",
    "notification": r"remind|notif|e-?mail|\bsms\b|\btold\b|alert|message|push|erinner|benachricht|rappel|avert|"
    r"courriel|"
    r"prévien|aviso|avisa|recordatorio|correo|powiadom|przypom|wysyła|newsletter",
    "exchange": r"\bcsv\b|export|import|\bpdf\b|excel|spreadsheet|ledger|download|exportier|fichier|archivo|"
    r"eksport|plik|"
    r"iso 20022|sepa|xml\b",
    "schedule": r"weekly|daily|nightly|monthly|every (?:day|night|week|month|hour|morning|monday|friday)|at month "
    "end|the "
    r"day before|cron|wöchentlich|täglich|monatlich|hebdo|quotidien|chaque (?:jour|semaine|mois)"
    r"|cada (?:día|semana|mes)|diario|semanal|co(?:dziennie|tydzień)|am (?:schul)?jahresende|nach \d|days? "
    r"before|la veille|dzień przed",
    "calendar": r"time ?zone|opening hours|holiday|clock "
    "changes|calendar|weekday|öffnungszeit|ferien|feiertag|horaires|"
    r"festivo|święt|slot|créneau|turno|shift",
    "credentials": r"password|passkey|sign.?in|log.?in|token|secret|hmac|signed|oauth|sso|kennwort|passwort|mot "
    "de passe|"
    r"contraseña|hasło|session|2fa|two-factor",
    "network": r"private address|\bdns\b|\bssrf\b|outgoing|webhook|callback|\burl\b|endpoint|http",
    "money": r"€|\beur\b|\$|\busd\b|£|price|amount|currency|invoice|payment|\bpay|refund|fee\b|fine\b|salary|wage|"
    r"betrag|preis|zahlung|gebühr|rechnung|prix|montant|paie|facture|precio|importe|pago|tarifa|cena|kwot|płat|"
    r"opłat"
    r"|zł\b|cost",
    "immutable": r"can'?t be (?:changed|altered|edited)|cannot be (?:changed|altered|edited)|must not be (?:changed|"
    r"altered)|immutable|append.only|unveränder|ne peu(?:t|vent) (?:pas|plus) être modifi|no se puede(?:n)? "
    r"modificar"
    r"|nie można (?:zmieni|edyt)|read.only",
    "files": r"photo|picture|image|upload|attachment|\bpdf\b|scans? of|scanned|receipt|video|document|foto|bild|datei|"
    r"fichier|pièce jointe|imagen|adjunt|zdję|plik",
    "search": r"search|find\b|filter|such(?:e|t|en)|recherch|busca|wyszuk|autocomplete|full.text",
    "realtime": r"real.?time|live\b|immediately|instantly|within \d+ seconds|sofort|en direct|temps réel|tiempo "
    "real|na "
    r"żywo|push\b|stream",
    "roles": r"only .{1,40}(?:can|may|managers?|admins?)|read.only|role|permission|darf nur|nur .{1,30}(?:darf|dürfen)|"
    r"seuls? |sólo |solo (?:los|las|el|la)|tylko ",
    "mobile": r"phone|mobile|tablet|\bapp\b|handy|smartphone|téléphone|móvil|telefon",
    "existing": r"existing|legacy|already (?:have|use)|today|currently|bestehend|existant|existente|istniej|ledger|erp|"
    r"integrat|postgresql \d",
    "measure": r"sensor|telemetry|readings\b|temperature|measure|firmware|mess(?:wert|ung)|capteur|czujnik",
}
_COMPILED: Final = {theme: re.compile(pattern, re.IGNORECASE) for theme, pattern in _PATTERNS.items()}
THEMES: Final = tuple(_COMPILED)


def themes_of(text: str) -> tuple[str, ...]:
    """Return the concerns that `text` raises, in a fixed order."""
    return tuple(theme for theme, pattern in _COMPILED.items() if pattern.search(text))
