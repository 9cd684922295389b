"""The parts that run, what each needs to know in secret, and what people left out of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agents.brief.identifiers import identifier, slug
from agents.deliverable import Entity, Limit
from agents.simulator.components import Component, components
from agents.simulator.material import Material
from agents.simulator.privileges import role_of

# Parts that live by one channel only: without it they have nothing to do.
_CHANNELS = {"mail": ("e-mail", "sms", "push notifications")}
_ACCOUNTS = re.compile(
    r"stripe|paypal|klarna|twilio|sendgrid|mailgun|slack|teams|discord|telegram|whatsapp|google|outlook|ldap|active "
    r"directory|azure|keycloak|okta|saml|openid|oauth|sap\b|salesforce|hubspot|jira|github|gitlab|datev|quickbooks|xero|"
    r"shopify|woocommerce|ledger|erp|sms",
    re.IGNORECASE,
)


_MEASURING = re.compile(
    r"sensor|telemetry|reading|temperature|measur|firmware|mess(?:wert|ung)|capteur|mesure|medici|czujnik|pomiar",
    re.IGNORECASE,
)
_COUNTED = frozenset("second minute hour day week month year".split())


@dataclass(frozen=True)
class Secret:
    """Something that only some parts may know; it reaches them as a file and stands in no artifact."""

    name: str
    purpose: str
    readers: tuple[str, ...]  # services
    renewal: str


def parts(material: Material) -> list[Component]:
    """Return the components that are left when what people refused is gone."""
    return [part for part in components(material) if not _refused(material, part)]


def _refused(material: Material, part: Component) -> bool:
    """A part is gone when it is refused itself, or when every channel that the brief wants of it is."""
    if material.steering.refuses(part.name) is not None:
        return True
    if part.key == "intake":
        return not measures(material)
    channels = _CHANNELS.get(part.key)
    if channels is None:
        return False
    said = " ".join(material.said(key) for key in part.because).lower()
    wanted = [channel for channel in channels if _speaks_of(said, channel)] or [channels[0]]
    used = [channel for channel in channels if material.steering.uses(channel) is not None]
    return not used and all(material.steering.refuses(channel) is not None for channel in wanted)


def measures(material: Material) -> list[str]:
    """Return the requirements that speak of measuring; a device by itself measures nothing."""
    return [key for key in material.raised("measure") if _MEASURING.search(material.said(key))]


def with_files(material: Material) -> list[Entity]:
    """Return what has files: records with a field for one, else those that the brief names beside them."""
    held = [
        entity
        for entity in material.entities
        if any(field.type == "binary" or (field.type == "url" and "file" in field.name) for field in entity.fields)
    ]
    return held or material.concerned(material.raised("files"))


def amount(limit: Limit) -> str:
    """Return a number with its unit: “10 minutes”, “2 kB”."""
    plural = "s" if limit.unit in _COUNTED and limit.value != "1" else ""
    return f"{limit.value} {limit.unit}{plural}".strip()


def _speaks_of(said: str, channel: str) -> bool:
    words = {
        "e-mail": r"e-?mail|\bmail|correo|courriel",
        "sms": r"\bsms\b|text message",
        "push notifications": r"\bpush\b",
    }
    return bool(re.search(words[channel], said))


def channels(material: Material) -> list[str]:
    """Return by which channels messages go out, what people refused left out."""
    said = " ".join(requirement.source_text or requirement.text for requirement in material.requirements).lower()
    named = [name for name in material.domain.integrations if name in ("slack", "whatsapp", "telegram", "teams")]
    found = [channel for channel in _CHANNELS["mail"] if _speaks_of(said, channel)] + named or ["e-mail"]
    found += [channel for channel in _CHANNELS["mail"] if material.steering.uses(channel) and channel not in found]
    return [channel for channel in found if material.steering.refuses(channel) is None]


def sending_service(material: Material) -> str:
    """Return the service that sends messages, empty where every channel was refused."""
    sent = channels(material)
    return "mail" if "e-mail" in sent else "messages" if sent else ""


def database(material: Material) -> str:
    """Return the key of the database to run: postgres, mysql, mariadb; postgres where we know no image of it."""
    name = re.sub(r"[^a-z]", "", str(material.steering.database).lower())
    return next((known for known in ("mysql", "mariadb") if name.startswith(known)), "postgres")


def secrets(material: Material, running: Sequence[Component]) -> list[Secret]:
    """Return every secret that a part reads, in the order in which compose file, runbook and checklist name them."""
    kinds = {part.key for part in running}
    app = ("web", *(["worker"] if kinds & {"worker", "mail", "exchange", "guard"} else []))
    sender = sending_service(material) if "mail" in kinds else ""
    people = material.many(material.domain.actors[0].label) if material.domain.actors else "people"
    found = [
        Secret(
            "database_password",
            f"owns the schema of {material.title[:60]}: migrations, backups and deletions by age sign in with it",
            ("database", "backup"),
            "set the new one in the database, replace the file, restart its readers",
        ),
        Secret(
            "app_password",
            f"signs in {role_of(material)}, which changes rows and no table",
            (*app, *(key for key in (sender, "intake", "feed") if key in {*kinds, sender} - {""})),
            "set the new one for the role, replace the file, restart its readers one by one",
        ),
        Secret(
            "session_key",
            f"signs the sessions of {people}",
            ("web",),
            "keep the old one as a second key until the longest session has ended",
        ),
        Secret(
            "backup_key",
            f"encrypts the backups of {', '.join(entity.table for entity in material.entities[:3])}",
            ("backup",),
            "new backups take the new key; the old one is kept as long as the oldest backup",
        ),
    ]
    if "mail" in kinds and "e-mail" in channels(material):
        found.append(
            Secret("mail_password", "signs in to the mail relay", (sender,), "make a second one, then drop the first")
        )
    if "mail" in kinds and "sms" in channels(material):
        found.append(
            Secret("sms_token", "signs in to the SMS gateway", (sender,), "make a second one, then drop the first")
        )
    if "files" in kinds:
        found.append(
            Secret("files_key", "signs in to the file store", (*app, "files"), "make a second one, then drop the first")
        )
    if "intake" in kinds:
        found.append(
            Secret("device_ca_key", "signs the keys of devices", ("intake",), "devices renew with the next contact")
        )
    if material.raised("network"):
        found.append(
            Secret(
                "signing_master_key",
                "encrypts the signing secrets of receivers at rest",
                app,
                "encrypt them anew by a job",
            )
        )
    for name in material.domain.integrations[:6]:
        known = _ACCOUNTS.search(name)
        if known and name.lower() != "sms" and material.steering.refuses(name) is None:
            key = f"{identifier(name)[:30]}_token"
            if key not in {secret.name for secret in found}:
                reader = "worker" if "worker" in app else "web"
                found.append(
                    Secret(key, f"signs in to {name}", (reader,), f"make a second one at {name}, then drop the first")
                )
    return found


def image_name(material: Material) -> str:
    """Return the name of the project and of its image; starts with a letter or digit as compose wants it."""
    name = slug(material.title, most=40)
    return name if name[:1].isalnum() else "app"
