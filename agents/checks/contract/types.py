"""Can a column hold what a property of the interface is?"""

from agents.checks.contract.views.interface import Property
from agents.checks.contract.views.relational import Column

_UNKNOWN = {"other", "enum"}
# What else than the obvious may hold a type, without losing anything.
_FITS = {
    "integer": {"integer", "interval"},
    "number": {"decimal", "interval"},
    "boolean": {"boolean"},
    "string": {"text", "uuid", "interval", "time", "decimal", "binary", "range"},
    "object": {"json", "range"},
    "array": {"array", "json"},
}
_FORMATS = {
    "date-time": {"timestamp"},
    "date": {"date"},
    "time": {"time", "interval"},
    "duration": {"interval", "text", "integer"},
    "uuid": {"uuid", "text"},
    "binary": {"binary", "text"},
    "byte": {"binary", "text"},
    "base64": {"binary", "text"},
    "int64": {"integer", "text"},
    "decimal": {"decimal", "text"},
}
# Pairs that a careful reader would ask about, but that can be meant.
_DOUBTFUL = {
    ("number", "integer"),
    ("integer", "decimal"),
    ("string", "json"),
    ("string", "timestamp"),
    ("string", "date"),
    ("object", "text"),
    ("array", "text"),
    ("date", "timestamp"),
}


def misfit(prop: Property, column: Column) -> tuple[str, bool] | None:
    """Return what does not fit and whether it surely does not; None when the column can hold the property."""
    if not prop.type or column.category in _UNKNOWN:
        return _unlisted(prop, column)
    fits = _FORMATS.get(prop.format, set()) if prop.type in ("string", "integer") else set()
    if prop.type == "string" and prop.format not in _FORMATS:
        fits = _FITS["string"]
    if prop.type == "integer":
        fits = _FITS["integer"] | ({"decimal"} if not column.scale else set())
    fits = fits or _FITS.get(prop.type, {column.category})
    if column.category in fits:
        return None
    if column.category == "array" and prop.type == "string":
        return f"is {_told(prop)}, but the column `{column.name}` an array", True
    doubtful = (prop.format or prop.type, column.category) in _DOUBTFUL or (prop.type, column.category) in _DOUBTFUL
    if prop.format == "date-time" or (prop.type == "string" and prop.values):
        doubtful = False
    return f"is {_told(prop)}, but the column `{column.name}` is `{column.type}`", not doubtful


def _unlisted(prop: Property, column: Column) -> tuple[str, bool] | None:
    if column.category == "enum" and prop.type in ("integer", "number", "boolean", "array", "object"):
        return f"is {_told(prop)}, but the column `{column.name}` is the enumeration `{column.type}`", True
    return None


def _told(prop: Property) -> str:
    return f"`{prop.type}`" + (f" ({prop.format})" if prop.format else " (enum)" if prop.values else "")
