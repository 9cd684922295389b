"""What our templates say, and what none of them may hold under our content security policy."""

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from sessions_app.templatetags.sage import (
    about,
    clock,
    confidence,
    in_words,
    kilobytes,
    meter,
    moment,
    money,
    role_names,
    spread_time,
    spread_usd,
    sprig,
    tokens,
    told,
    with_role_name,
)

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
FORBIDDEN = {
    "a style attribute": r"\sstyle=",
    "a style element": r"<style",
    "an inline script": r"<script(?![^>]*\ssrc=)",
    "an inline handler": r"\son[a-z]+=",
    "an address that is not ours": r"(?:src|href|action)=\"(?:https?:)?//",
    "text that is not escaped": r"\|safe\b|autoescape off",
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_needs_more_than_the_policy_allows(template: Path, what: str) -> None:
    assert not re.search(FORBIDDEN[what], template.read_text()), f"{template.name} holds {what}"


@pytest.mark.parametrize(
    ("amount", "words"),
    [("0", "$0.00"), ("0.0042", "< $0.01"), ("0.01", "$0.01"), ("1234.5", "$1,234.50"), (None, "no cap")],
)
def test_money_is_told_in_cents(amount: str | None, words: str) -> None:
    assert money(Decimal(amount) if amount else None) == words


@pytest.mark.parametrize(("number", "words"), [(0, "0"), (999, "999"), (38_700, "38.7k"), (1_240_000, "1.2M")])
def test_tokens_are_told_in_three_figures(number: int, words: str) -> None:
    assert tokens(number) == words


@pytest.mark.parametrize(("seconds", "words"), [(None, ""), (0.4, "0:00"), (61, "1:01"), (3723, "1:02:03")])
def test_durations_read_like_a_clock(seconds: float | None, words: str) -> None:
    assert clock(seconds) == words


@pytest.mark.parametrize(("seconds", "words"), [(0.3, "under 1 s"), (40, "about 40 s"), (300, "about 5 min")])
def test_estimates_say_that_they_are_none_of_the_clock(seconds: float, words: str) -> None:
    assert about(seconds) == words


def test_sizes_change_their_unit_at_a_thousand() -> None:
    assert (kilobytes(812), kilobytes(5_900)) == ("812 B", "5.9 kB")


def test_moments_are_times_today_and_days_before() -> None:
    now = timezone.now()

    assert f"{now:%H:%M}" in str(moment(now))
    assert "yesterday" in str(moment(now - timedelta(days=1)))
    assert str((now - timedelta(days=400)).year) in str(moment(now - timedelta(days=400)))
    assert moment(None) == ""


def test_a_sprig_has_a_leaf_for_each_agent_and_says_it_in_words() -> None:
    statuses = ["completed", "running", "error", "pending", "pending", "cancelled", "waiting"]

    assert told(statuses) == "1 of 7 agents done, 1 running, 1 waiting, 1 failed, 1 cancelled"
    assert sprig(statuses).count('class="leaf"') == 7


def test_low_confidence_is_marked_and_a_person_says_it_in_a_word() -> None:
    assert 'class="conf low"' in confidence(64)
    assert 'class="conf"' in confidence(65)
    assert "High confidence" in confidence("high")


@pytest.mark.parametrize(("value", "total", "width"), [(3, 8, "37.5%"), (9, 8, "100.0%"), (1, 0, "0.0%")])
def test_a_meter_never_leaves_its_frame(value: int, total: int, width: str) -> None:
    assert f'width="{width}"' in meter(value, total, "used")


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((0.2, 0.3), "under 1 s"),
        ((0.4, 2), "up to 2 s"),
        ((40, 40), "about 40 s"),
        ((6, 9), "6 to 9 s"),
        ((40, 120), "40 s to 2 min"),
        ((360, 540), "6 to 9 min"),
        ((600, 7200), "10 min to 2 h"),
    ],
)
def test_a_range_of_times_names_a_unit_once(ends: tuple[float, float], words: str) -> None:
    assert spread_time(ends) == words


@pytest.mark.parametrize(("ends", "words"), [(("1.4", "2.1"), "$1.40 to $2.10"), (("0.001", "0.002"), "< $0.01")])
def test_a_range_of_dollars_is_one_amount_when_both_ends_read_the_same(ends: tuple[str, str], words: str) -> None:
    assert spread_usd([Decimal(end) for end in ends]) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "at any moment"),
        (45, "in 45 s"),
        (192, "in 3 min"),
        (7200, "in 2 h"),
        (86_400, "in 1 day"),
        (172_800, "in 2 days"),
    ],
)
def test_a_deadline_is_told_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


def test_roles_are_told_by_name() -> None:
    assert role_names(["frontend_dev", "dba", "it_admin"]) == "Frontend Dev, DBA and IT Admin"
    assert role_names(["dba"]) == "DBA"
    assert with_role_name("dba: The provider answered 529") == "DBA: The provider answered 529"
    assert with_role_name("") == ""
