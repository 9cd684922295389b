"""Figures and texts as a terminal shows them."""

from __future__ import annotations

from decimal import Decimal

LONGEST_TEXT = 300


def one_line(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return text that cannot move the cursor or change colours: one line, printable, at most `longest` characters."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    line = " ".join(printable.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def seconds(value: float) -> str:
    """Return a duration: `8.4 s`, `1:05 min`, `2:03:09 h`."""
    if value < 60:
        return f"{value:.1f} s"
    whole = round(value)
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02} min"
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02} h"


def clock(value: float) -> str:
    """Return a running time that does not jitter: `0:08`, `1:05`, `2:03:09`."""
    whole = int(value)
    minutes = f"{whole // 60 % 60:02}" if whole >= 3600 else f"{whole // 60}"
    return f"{whole // 3600}:{minutes}:{whole % 60:02}" if whole >= 3600 else f"{minutes}:{whole % 60:02}"


def money(amount: Decimal, *, simulated: bool = False) -> str:
    """Return US dollars, with four decimals below ten cents; what the simulator charges is always marked."""
    text = f"${amount:.2f}" if amount >= Decimal("0.1") or not amount else f"${amount:.4f}"
    return f"{text} simulated" if simulated else text


def count(number: int, thing: str) -> str:
    """Return `1 decision`, `12 decisions`, `1,204 tokens`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def joined(names: list[str]) -> str:
    """Return `A`, `A and B`, `A, B and C`."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
