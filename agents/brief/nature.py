"""What a thing plainly is, whatever the brief says about it."""

from typing import Final

# What a thing plainly is, when the brief says no more about it.
_NATURE: Final = (
    (
        frozenset(
            "comment note message reply answer review feedback remark kommentar notiz nachricht bemerkung "
            "commentaire avis message comentario"
            " nota mensaje reseña komentarz notatka wiadomość".split()
        ),
        ("text", "text"),
    ),
    (
        frozenset(
            "photo picture image file document attachment scan video recording foto bild datei dokument image "
            "fichier photo document foto archivo"
            " imagen zdjęcie plik dokument".split()
        ),
        ("file_url", "url"),
    ),
    (frozenset("rating score bewertung note évaluation valoración ocena".split()), ("score", "integer")),
    (
        frozenset(
            "payment invoice fine fee refund deposit donation bid zahlung rechnung spende paiement facture don "
            "pago factura donación płatność"
            " faktura kara".split()
        ),
        ("amount", "decimal"),
    ),
    (
        frozenset(
            "appointment booking reservation slot shift visit meeting lesson session termin buchung "
            "reservierung schicht rendez-vous réservation"
            " créneau cita reserva turno wizyta rezerwacja lekcja loan ausleihe emprunt wypożyczenie".split()
        ),
        ("starts_at", "datetime"),
    ),
)


def natural_field(head: str) -> tuple[str, str] | None:
    """Return the field that the nature of a thing gives it: a comment has a text."""
    return next((given for nouns, given in _NATURE if head in nouns), None)
