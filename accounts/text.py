"""What PostgreSQL can keep as text."""

from django.core.exceptions import ValidationError

NUL = "\x00"


def is_storable(text: str) -> bool:
    """False for text with NUL or a lone surrogate: PostgreSQL takes neither, UTF-8 not the second."""
    return NUL not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def validate_storable(text: str) -> None:
    """Raises ValidationError with a sentence for the reader."""
    if not is_storable(text):
        raise ValidationError("This text holds a character that cannot be stored.", code="not_storable")
