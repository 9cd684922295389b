"""The technologies and channels that people choose or refuse by name, and how they write them."""

import re
from typing import Final, NamedTuple


class Known(NamedTuple):
    name: str  # canonical
    category: str


# name: other ways to write it, parted by commas. The name itself always counts.
_TABLE: Final = {
    "database": {
        "PostgreSQL": "postgres, postgresql-a, postgresa, postgre, pgsql, postgre sql",
        "MySQL": "my sql, mysql-a",
        "MariaDB": "maria db",
        "SQLite": "sqlite3",
        "SQL Server": "mssql, ms sql, microsoft sql server",
        "Oracle": "oracle database, oracle db",
        "MongoDB": "mongo, mongo db",
        "CockroachDB": "cockroach",
        "DynamoDB": "",
        "Cassandra": "",
        "Firebase": "firestore",
    },
    "cache": {"Redis": "redisa", "Memcached": "memcache", "Valkey": ""},
    "queue": {"RabbitMQ": "rabbit mq", "Kafka": "apache kafka, kafki", "NATS": "", "SQS": "amazon sqs", "Celery": ""},
    "interface": {"GraphQL": "", "gRPC": "", "REST": "rest api, restful api, http api", "SOAP": ""},
    "key": {
        "uuid": "uuids, uuid keys, uuidv4, uuidv7, uuid v4, uuid v7, guid, guids, uuid-schlüssel, clés uuid, "
        "claves uuid, klucze uuid, uuid primary keys, uuid ids",
        "bigint": "bigints, integer keys, integers, bigint keys, identity keys, numeric keys, serial keys, "
        "bigserial, auto-increment keys, integer ids, ganzzahlen",
        "ulid": "ulids",
    },
    "language": {
        "Python": "",
        "Java": "",
        "Golang": "",
        "Rust": "",
        "TypeScript": "",
        "JavaScript": "",
        "PHP": "",
        "Ruby": "",
        "Kotlin": "",
        "C#": ".net, dotnet",
        "Node.js": "node, nodejs",
    },
    "framework": {
        "Django": "",
        "FastAPI": "",
        "Flask": "",
        "Spring Boot": "spring",
        "Rails": "ruby on rails",
        "Laravel": "",
        "React": "reactjs, react.js",
        "Vue": "vuejs, vue.js",
        "Angular": "",
        "Svelte": "",
        "htmx": "",
        "Next.js": "nextjs",
    },
    "style": {"Tailwind": "tailwind css, tailwindcss", "Bootstrap": ""},
    "platform": {
        "Docker Compose": "compose",
        "Docker": "containers, container",
        "Podman": "",
        "Kubernetes": "k8s",
        "AWS": "amazon web services",
        "Azure": "",
        "Google Cloud": "gcp",
    },
    "ci": {"GitHub Actions": "", "GitLab CI": "gitlab", "Jenkins": ""},
    "monitoring": {"Prometheus": "", "Grafana": "", "Sentry": "", "Datadog": ""},
    "search": {"Elasticsearch": "elastic, elastic search", "OpenSearch": "", "Meilisearch": ""},
    "identity": {
        "passkeys": "passkey, webauthn",
        "passwords": "password, passwort, passwörter, mot de passe, mots de passe, contraseñas, contraseña, hasła",
        "OAuth": "oauth2, oauth 2.0",
        "OpenID Connect": "oidc",
        "SAML": "",
        "LDAP": "active directory",
        "JWT": "jwts, json web tokens",
        "Keycloak": "",
    },
    "payment": {"Stripe": "", "PayPal": "", "Klarna": "", "SEPA": ""},
    "channel": {
        "e-mail": "email, emails, e-mails, mail, mails, mailing, e-mailing, e mail, courriel, courriels, "
        "correo, correos, correo electrónico, correos electrónicos, mejl, mejle, mejli, maile, maili, e-maili, "
        "e-maile, emaili, e-mailu, e-maila, maila, poczta elektroniczna, poczty elektronicznej, "
        "e-mail-benachrichtigungen, mail-benachrichtigungen, "
        "emailversand, e-mail-versand, mailversand",
        "SMS": "text messages, text message, texts, sms-y, sms-ów, smsów, smsy, sms-nachrichten, textos, messages sms",
        "push": "push notifications, push-benachrichtigungen, notifications push, notificaciones push, "
        "powiadomienia push, powiadomień push, push messages, web push",
        "phone": "phone calls, telephone, calls, telefon, anrufe, téléphone, teléfono, llamadas, telefonu",
        "fax": "faxes, faxe, faksu, faks, télécopie",
        "letter": "letters, paper mail, briefe, lettres, cartas, listów, postal mail",
        "WhatsApp": "whats app",
        "Slack": "",
        "Teams": "microsoft teams, ms teams",
        "Telegram": "",
        "Discord": "",
        "webhook": "webhooks, web hooks, webhooków",
    },
}
# Ordinary words unless written with a capital: "no teams", "leave the rest out".
_CAPITAL: Final = frozenset("teams rest rails spring rust ruby soap oracle angular compose elastic slack flask".split())
# Behind a channel these words change nothing: "e-mail notifications".
SUFFIXES: Final = (
    "notifications?|messages?|reminders?|alerts?|delivery|sending|integration|support|benachrichtigungen|nachrichten|"
    "erinnerungen|versand|anbindung|server|database|db|cache|queue|api|cluster|keys?|provider|gateway|as a service"
)
_VERSION: Final = (
    r"(?:\s+(?:v(?:ersion)?\s*)?\d{1,3}(?:\.\d{1,3}){0,2}(?:\.x)?(?:\s+lts)?(?:\s+(?:or|oder)\s+(?:newer|later|"
    r"neuer)|\+)?)"
)

KNOWN: Final[dict[str, Known]] = {}
for _category, _names in _TABLE.items():
    for _name, _others in _names.items():
        for _alias in (_name, *(_other.strip() for _other in _others.split(","))):
            if _alias:
                KNOWN.setdefault(_alias.casefold(), Known(_name, _category))

_ITEM: Final = re.compile(
    "(?P<alias>" + "|".join(re.escape(alias) for alias in sorted(KNOWN, key=len, reverse=True)) + ")"
    rf"(?P<version>{_VERSION})?(?:[ -](?:{SUFFIXES}))?(?:[-’']a)?",
    re.IGNORECASE,
)
# The prefixes "mail notifications by" and "notifications by" say no more than the channel does.
_BEFORE: Final = re.compile(
    r"^(?:(?:notifications?|messages?|reminders?|alerts?|benachrichtigungen|nachrichten|notificaciones|powiadomień|"
    r"powiadomienia|erinnerungen)\s+(?:by|via|per|through|over|par|por|przez|mit)\s+|(?:par|por|przez|via|per)\s+)",
    re.IGNORECASE,
)
_DETERMINERS: Final = re.compile(
    r"^(?:(?:the|an?|any|all|all of the|our|your|some|such|this|that|those|these|more|further|plain|simple|"
    r"der|die|das|"
    r"den|dem|einen?|eine[mr]?|unsere?n?|irgendeine?n?|jegliche|le|la|les|un|une|des|du|nos|notre|el|los|las|una|"
    r"unos|"
    r"ningún|ninguna|nuestro|nuestra|de la|de los|żadnych|żadnego|żadnej|tego|tej|system of|use of|sending of)\s+"
    r"|l['’]|d['’]|de l['’])+",
    re.IGNORECASE,
)


def canonical(words: str) -> tuple[str, str, str] | None:
    """Return (name, category, name with its version) of a technology or channel, None for anything else."""
    words = _BEFORE.sub("", bare(words))
    match = _ITEM.fullmatch(words) or _ITEM.fullmatch(bare(words))
    if match is None:
        return None
    if match["alias"].casefold() in _CAPITAL and match["alias"][0].islower():
        return None
    known = KNOWN[match["alias"].casefold()]
    if known.name == "Docker" and match["alias"].islower() and match["alias"].startswith("container"):
        return known.name, known.category, "containers"
    version = " ".join((match["version"] or "").split())
    return known.name, known.category, f"{known.name} {version}".strip()


def bare(words: str) -> str:
    """Return a noun phrase without its articles and end marks."""
    return _DETERMINERS.sub("", words.strip(" \t\"'“”„‘’«»*_.,!")).strip(" \t\"'“”„‘’«»*_.,!")
