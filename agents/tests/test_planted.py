"""The checker checked: each planted contradiction is found, and good bundles raise no alarm."""

from collections import Counter

import pytest

from agents.checks.bundle import Bundle, bundle_of
from agents.checks.contract import CONTRACT_CHECKS, check_bundle
from agents.checks.contract.facts import Facts
from agents.checks.result import CheckResult
from agents.tests.factories import BRIEFS, run_session
from agents.tests.planted import PLANTS
from agents.tests.planted.plant import Plant
from agents.tests.strangers import STRANGERS

SESSIONS = ("clinic-appointments", "library-loans", "webhook-delivery", "feature-flags")
GOOD_STRANGERS = tuple(name for name, stranger in STRANGERS.items() if stranger.good)


@pytest.fixture(scope="module")
def bundles() -> dict[str, Bundle]:
    """Good bundles: of the simulator for several briefs, and of people."""
    simulated = {}
    for name in SESSIONS:
        title = name.replace("-", " ").capitalize()
        session = run_session(BRIEFS[name], feature_name=title)
        simulated[name] = bundle_of(session, feature_name=title, brief=BRIEFS[name])
    return simulated | {name: STRANGERS[name].bundle for name in GOOD_STRANGERS}


def found_by(plant: Plant, bundle: Bundle) -> list[CheckResult]:
    """What the comparison that should find a plant says, in the file it should name."""
    check = next(check for check in CONTRACT_CHECKS if check.name == plant.check)
    facts = Facts(bundle)
    if plant.check == "contract.readable":  # it tells what the other comparisons could not read
        for other in CONTRACT_CHECKS[:-1]:
            other.results(facts)
    return [
        result
        for result in check.results(facts)
        if result.status != "passed" and (not plant.path or (result.path or "").startswith(plant.path))
    ]


def test_there_are_at_least_forty_contradictions_and_each_comparison_has_one():
    assert len(PLANTS) >= 40
    assert len({plant.name for plant in PLANTS}) == len(PLANTS)
    assert {plant.check for plant in PLANTS} == {check.name for check in CONTRACT_CHECKS}


@pytest.mark.parametrize("name", [*SESSIONS, *GOOD_STRANGERS])
def test_an_untouched_good_bundle_raises_no_alarm(bundles, name):
    results = check_bundle(bundles[name])

    assert [result for result in results if result.status == "failed"] == []
    if name in SESSIONS:
        assert [result for result in results if result.status == "warning"] == []
    assert len({result.name for result in results}) >= 12


@pytest.mark.parametrize("most", [1, pytest.param(len(SESSIONS) + len(GOOD_STRANGERS), marks=pytest.mark.nightly)])
def test_every_planted_contradiction_is_found_where_it_was_planted(bundles, most):
    """In the first bundle that has room for it; at night in all of them, three at least."""
    planted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    places: Counter[str] = Counter()
    missed = []
    before: dict[tuple[str, str, str], set[tuple[str | None, str]]] = {}
    for plant in PLANTS:
        for name, bundle in bundles.items():
            if places[plant.name] == most:
                break
            spoiled = plant.plant(bundle)
            if spoiled is None:
                continue
            planted[plant.check] += 1
            places[plant.name] += 1
            place = (plant.check, plant.path, name)
            if place not in before:
                before[place] = {(each.path, each.message) for each in found_by(plant, bundle)}
            if any((each.path, each.message) not in before[place] for each in found_by(plant, spoiled)):
                found[plant.check] += 1
            else:
                missed.append(f"{plant.name} in {name}: {plant.check} says nothing")

    print(f"\n{len(PLANTS)} contradictions in {len(bundles)} bundles")
    print("| comparison | planted | found |\n| --- | --- | --- |")
    for check in CONTRACT_CHECKS:
        print(f"| {check.name} | {planted[check.name]} | {found[check.name]} |")
    print(f"| all | {sum(planted.values())} | {sum(found.values())} |")

    assert missed == []
    assert [plant.name for plant in PLANTS if places[plant.name] < min(3, most)] == []
