"""What PostgreSQL said about a statement, told as a finding: the line, the message, and what to do."""

import re

import psycopg

from agents.checks.sql_statements import Statement

_REMEDIES = {
    "22P02": "Write a value of the column's type.",
    "3F000": "Create the schema before what stands in it.",
    "42601": "Correct the statement.",
    "42611": "Correct the column's definition.",
    "42701": "Give each column its own name.",
    "42703": "Correct the column's name, or add the column.",
    "42704": "Create the type before what uses it, or correct the name; an index needs a method that knows the type.",
    "42710": "Give it another name.",
    "42804": "Use the same type on both sides.",
    "42830": "Refer to a primary key, or to columns with a unique constraint.",
    "42846": "Use the same type on both sides.",
    "42883": "Use values of types that this function or operator knows.",
    "42P01": "Create the table before what refers to it, or correct the name.",
    "42P06": "Give the schema another name.",
    "42P07": "Give it another name.",
    "42P16": "Correct the definition of the table.",
    "42P17": "Use only what gives the same answer for the same row every time.",
    "57014": "Simplify it: applying it to empty tables takes seconds.",
}


def message_of(error: psycopg.Error, *, schema: str) -> str:
    """Return the server's message with its detail, without the name of the schema that we made for the trial."""
    parts = [error.diag.message_primary or str(error), error.diag.message_detail or ""]
    return ". ".join(part.strip().rstrip(".") for part in parts if part).replace(f"{schema}.", "")[:400]


def remedy_of(error: psycopg.Error) -> str:
    """Return what to do, from the kind of error; the server's own hint where we know no better."""
    return _REMEDIES.get(error.sqlstate or "", error.diag.message_hint or "Correct the statement.")


def line_of(statement: Statement, error: psycopg.Error, message: str) -> int:
    """Return the line that the server means: its position, else the first thing that it names, else the first line."""
    position = error.diag.statement_position
    if position and position.isdigit():
        return statement.line + statement.text[: int(position) - 1].count("\n")
    before = r"REFERENCES\s+[\w\".]*?" if error.sqlstate in ("42P01", "42830") else ""
    for name in re.findall(r'"([^"]+)"', message):
        found = re.search(rf"(?i){before}(?<!\w){re.escape(name)}(?!\w)", statement.text)
        if found:
            return statement.line + statement.text[: found.end()].count("\n")
    if "generation expression" in message and (found := re.search(r"(?i)\bAS\s*\(", statement.text)):
        return statement.line + statement.text[: found.end()].count("\n")
    return statement.line
