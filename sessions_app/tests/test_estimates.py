"""What work usually takes and costs, also where nobody knows what its model costs."""

from decimal import Decimal

from sessions_app.queries.estimates import default_usual, load_estimates, together
from sessions_app.tests.factories import claim, hand_in, make_call, make_session
from teams.tests.factories import make_team

UNKNOWN = "openai:nobody-knows"


def worked(team, *costs):
    """Let an architect of the team make calls of these costs."""
    [architect] = claim(make_session(team))
    for number, cost in enumerate(costs):
        make_call(architect, cost_usd=cost, call_key=f"r1:deliver:{number}")
    hand_in(architect)


def test_a_default_says_that_a_cost_is_unknown_and_still_how_long_it_takes():
    usual = default_usual(UNKNOWN)

    assert usual.usd is None
    assert usual.usd_ends is None
    assert usual.seconds.low < usual.seconds.likely < usual.seconds.high


def test_a_model_with_a_price_has_a_default():
    low, high = default_usual("anthropic:claude-sonnet-4-5").usd_ends

    assert 0 < low < high < 1


def test_a_sum_is_unknown_when_one_part_of_it_is():
    known, unknown = default_usual("simulator"), default_usual(UNKNOWN)

    assert together([[known], [known, unknown]]).usd is None
    assert together([[known], [known]]).usd.low == 2 * known.usd.low
    assert together([]).usd_ends == [Decimal(0), Decimal(0)]


def test_what_was_counted_in_place_of_an_unknown_cost_is_no_experience(db):
    team = make_team()
    worked(team, "0.20")
    worked(team, "0.20", None)

    usual = load_estimates([team.pk]).usual(team.pk, "simulator", "architect")

    assert usual.based_on == 2
    assert usual.usd_ends == [Decimal("0.2"), Decimal("0.2")]
