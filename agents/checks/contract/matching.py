"""Which column keeps what a field of the domain or a property of the interface names."""

from collections.abc import Iterable
from dataclasses import dataclass

from agents.checks.contract.views.names import exact, key, singular, without_reference, words
from agents.checks.contract.views.relational import Column, Relational, Table

# What may stand behind a name in the database without making it another thing.
_TAILS = frozenset(
    singular(word)
    for word in "hash hashed digest cents cent minor amount currency id at on date time utc tz url uri key path text "
    "json ms seconds minutes hours days percent pct code no nr number ref encrypted cipher value count bytes kb uuid "
    "ts range period ids name eur usd gbp pln sha256 hmac".split()
)
_BOUNDS = frozenset("start starts begin begins from end ends until to till beginn ende von bis debut fin".split())


@dataclass(frozen=True)
class Kept:
    """Where something is kept: in a column of the same name, or in another way that is not compared further."""

    column: Column | None = None
    how: str = "elsewhere"  # "same", "near" or "elsewhere"


def kept(name: str, table: Table, relational: Relational, *, others: Iterable[str] = ()) -> Kept | None:
    """Return where `table` keeps what `name` says; `others` are further names of it. None: nowhere."""
    for each in (name, *others):
        column = _same(each, table)
        if column is not None:
            return Kept(column, "same")
    for each in (name, *others):
        column = _near(each, table)
        if column is not None:
            return Kept(column, "near")
        if _elsewhere(each, table, relational):
            return Kept()
    return None


def _same(name: str, table: Table) -> Column | None:
    for same in (exact, key):
        wanted = same(name)
        for column in table.columns.values():
            if wanted and same(column.name) == wanted:
                return column
    return None


def _near(name: str, table: Table) -> Column | None:
    bare = without_reference(name)
    wanted = key(name).split()
    for column in table.columns.values():
        if without_reference(column.name) == bare:
            return column
        have = key(column.name).split()
        short, long = sorted((wanted, have), key=len)
        if short and len(long) > len(short) and long[: len(short)] == short and set(long[len(short) :]) <= _TAILS:
            return column
    table_key = key(table.name).split()
    for column in table.columns.values():
        have = key(column.name).split()
        # `invoice_number` of invoices is their number, and `number` their invoice number.
        if have == table_key + wanted or wanted == table_key + have:
            return column
    if set(words(name)) & _BOUNDS:
        return next((column for column in table.columns.values() if column.category == "range"), None)
    return None


def _elsewhere(name: str, table: Table, relational: Relational) -> bool:
    """Is it kept in rows of another table: one called so, or after both, that refers to this one?"""
    wanted, mine = key(name), key(table.name)
    for other in relational.tables.values():
        linked = any(each.target == table.name for each in other.foreign_keys)
        names = key(other.name)
        last = names.split()[-1:] == wanted.split()[-1:]
        if linked and (names == wanted or names in (f"{mine} {wanted}", f"{wanted} {mine}") or last):
            return True
    return False
