"""`usage`, as an operator calls it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.tests.factories import make_user
from sessions_app.tests.factories import claim, make_call, make_session
from teams.models import Team
from teams.tests.factories import make_team

pytestmark = pytest.mark.django_db(transaction=True)
HEADER = ["calls", "input", "cached", "output", "reasoning", "known", "estimated", "simulated", "total"]


@pytest.fixture
def team() -> Team:
    return make_team(make_user("ada"), name="Orchard")


def called(team: Team, *costs: str | None, **told: Any) -> int:
    """Let a session of the team make calls of these costs."""
    session = make_session(team, feature_name="Invoices\t[red]x")
    [architect] = claim(session)
    for number, cost in enumerate(costs):
        make_call(architect, model="openai:gpt-5", cost_usd=cost, call_key=f"r1:deliver:{number}", **told)
    return session.pk


def lines(capsys: Any, *arguments: str, **options: Any) -> list[list[str]]:
    call_command("usage", *arguments, **options)
    return [line.split("\t") for line in capsys.readouterr().out.splitlines()]


def test_calls_are_added_up_as_lines_with_a_total(team: Team, capsys: Any) -> None:
    session_id = called(team, "1.25", None, cached_tokens=300, reasoning_tokens=40)
    called(make_team(), "9")

    by_model = lines(capsys, "--team", "Orchard")
    by_session = lines(capsys, "--team", str(team.pk), "--group-by", "session")

    figures = ["2", "1800", "600", "1280", "80", "$1.25", "$0.10", "$0.00", "$1.35"]
    assert by_model == [["model", *HEADER], ["openai:gpt-5", *figures], ["total", *figures]]
    assert by_session[1] == [f"{session_id} Invoices [red]x", *figures]


def test_programs_get_the_shape_of_the_api_and_all_teams_when_none_is_named(team: Team, capsys: Any) -> None:
    called(team, "1.25")
    called(make_team(), "9")

    call_command("usage", "--json", "--group-by", "team")

    told = json.loads(capsys.readouterr().out)
    assert [row["total_usd"] for row in told["results"]] == ["9.000000", "1.250000"]
    assert told["total"]["total_usd"] == "10.250000"


def test_a_terminal_gets_a_table(team: Team, capsys: Any, monkeypatch: Any) -> None:
    called(team, "1.25")
    monkeypatch.setattr("sagemode.management.commands.usage.Command.__init__", terminal_of)
    monkeypatch.setenv("COLUMNS", "200")

    call_command("usage", "--group-by", "session")

    table = capsys.readouterr().out.splitlines()
    assert table[0].split() == ["session", *HEADER]
    assert "Invoices [red]x" in table[1]


def terminal_of(command: Any, *args: Any, **kwargs: Any) -> None:
    super(type(command), command).__init__(*args, **kwargs)
    command.stdout.isatty = lambda: True


def test_no_calls_are_said_and_are_no_error(team: Team, capsys: Any) -> None:
    called(team, "1.25")

    call_command("usage", "--from", "2020-01-01", "--to", "2020-01-31")

    output = capsys.readouterr()
    assert (output.out, output.err) == ("", "There were no calls.\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--from", "yesterday"), "from: A day such as"),
        (("--from", "2020-01-01", "--to", "2026-01-01"), "At most 400 days"),
        (("--team", "Nobody"), "There is no team"),
    ],
)
def test_what_cannot_be_added_up_is_refused(team: Team, arguments: tuple[str, ...], told: str) -> None:
    with pytest.raises(CommandError, match=told) as refusal:
        call_command("usage", *arguments)

    assert refusal.value.returncode == 2
