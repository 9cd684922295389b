"""The five scores: what raises them, what costs points, and that they say so."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from agents.assignment import HumanDecision
from agents.checks import CheckResult
from agents.checks.bundle import Bundle, BundleArtifact, BundleDecision, bundle_of
from agents.checks.contract import check_bundle
from agents.deliverable import Alternative, Requirement
from agents.quality.result import MOST_TOLD, Lost, Part, weighed
from agents.quality.scores import SCORES, score, values
from agents.quality.traceability import orphans
from agents.quality.weights import WEIGHTS
from agents.quality.wording import kinds_of, occurs, plain, quotes_of
from agents.tests.factories import BRIEFS, PRODUCT_BRIEFS, run_session
from agents.tests.strangers import STRANGERS

PRODUCT = [path.stem for path in PRODUCT_BRIEFS if path.stem in BRIEFS]
BRIEF = "Members borrow books for two weeks. A member may renew a loan once, unless somebody waits for the book."
PASSED = CheckResult("yaml", "info", "passed", "api/openapi.yaml", None, "Parses as YAML")
FAILED = CheckResult("sql", "error", "failed", "db/schema.sql", 3, "Is no PostgreSQL", "Correct the statement.")
AGREE = CheckResult("contract.property_column", "info", "passed", None, None, "All 12 properties have their column")
DIFFER = CheckResult(
    "contract.page_operation", "error", "failed", "web/loans.html", 9, "Calls what is not there", "Call GET /loans."
)


def decision(number: int = 1, **changes) -> BundleDecision:
    """A decision that lacks nothing."""
    facts = {
        "role": "architect",
        "key": f"a-{number}",
        "text": "Keep each loan as a row with its due date.",
        "rationale": "Serves R-1: the brief says “Members borrow books for two weeks”, so the end of a loan is a fact "
        "of its own that lists, reminders and renewals read without computing it anew each time.",
        "alternatives": (
            Alternative(option="Compute it", pros=["No column"], cons=["Each reader computes it"]),
            Alternative(option="An event per loan", pros=["A history"], cons=["Slow lists"]),
        ),
        "consequences": ("Overdue loans are one indexed query.", "A change of the rule needs a migration."),
        "requirements": ("R-1",),
    }
    return BundleDecision(number=number, **facts | changes)


def bundle(**changes) -> Bundle:
    """A small bundle in which everything leads to everything."""
    facts = {
        "feature_name": "Loans",
        "brief": BRIEF,
        "workflow": "feature",
        "requirements": (
            Requirement(
                key="R-1",
                text="A member can borrow a book for 14 days.",
                source_text="Members borrow books for two weeks.",
            ),
        ),
        "domain": None,
        "decisions": (decision(),),
        "human_decisions": (),
        "artifacts": (BundleArtifact("docs/architecture.md", "text/markdown", "# Loans\n", "architect", (1,)),),
        "roles": frozenset({"architect"}),
    }
    return Bundle(**facts | changes)


def test_work_that_lacks_nothing_has_full_scores_and_no_findings():
    scores = score(bundle(), [PASSED, AGREE])

    assert list(scores) == list(SCORES)
    assert values(scores) == dict.fromkeys(SCORES, 100)
    assert [found.findings for found in scores.values()] == [()] * 5


def test_a_requirement_without_decision_or_file_costs_coverage_and_says_which():
    stated = (*bundle().requirements, Requirement(key="R-2", text="A loan is renewed once.", source_text=BRIEF[36:70]))

    undecided = score(bundle(requirements=stated), [])["traceability"]
    unwritten = score(bundle(artifacts=()), [])["traceability"]

    assert undecided.part("covered") == Part("covered", undecided.part("covered").says, 1, 2)
    assert undecided.value == 70
    assert undecided.findings[0].message.startswith("R-2 is answered by no decision")
    assert undecided.findings[0].points == 30
    assert "is decided (D-1) and in no file" in unwritten.findings[0].message


def test_orphans_are_counted_both_ways():
    work = bundle(
        decisions=(decision(), decision(2, requirements=("R-9",), rationale="It is usual.")),
        artifacts=(*bundle().artifacts, BundleArtifact("notes.md", "text/markdown", "x", "dba", ())),
    )

    found = score(work, [])["traceability"]

    assert orphans(found) == (2, 5)
    said = " ".join(finding.message for finding in found.findings)
    assert "D-2 serves no requirement" in said
    assert "notes.md carries out no decision" in said


def test_a_decision_that_follows_a_person_is_no_orphan():
    follows = decision(2, requirements=(), rationale="H-1 binds it: no e-mail is sent to anybody, whatever happens.")
    work = bundle(decisions=(decision(), follows), human_decisions=(HumanDecision(1, "No e-mail."),))

    assert score(work, [])["traceability"].value == 100


@pytest.mark.parametrize(
    ("changes", "part", "says"),
    [
        ({"rationale": "R-1."}, "reasons", "hardly a reason"),
        ({"alternatives": ()}, "options", "two options"),
        ({"alternatives": (Alternative(option="A", pros=["x"], cons=[]),) * 2}, "options", "two options"),
        ({"rationale": decision().rationale.replace("R-1", "R-7")}, "requirement", "which requirement"),
        ({"consequences": ()}, "consequences", "what it brings and what it costs"),
        (
            {"consequences": ("Lists are fast.", "Reads are simple.")},
            "consequences",
            "what it brings and what it costs",
        ),
        (
            {"rationale": decision().rationale.replace("two weeks", "three weeks")},
            "evidence",
            "quotes what nobody wrote",
        ),
    ],
)
def test_each_weakness_of_a_decision_costs_points_of_its_own_part(changes, part, says):
    found = score(bundle(decisions=(decision(**changes),)), [])["decisions"]

    assert [each.name for each in found.parts if each.got < each.of] == [part]
    assert found.value < 100
    assert says in found.findings[0].message
    assert found.findings[0].remedy


def test_a_failed_check_costs_validity_and_an_unowed_format_costs_nothing():
    with_fault = score(bundle(), [PASSED, FAILED])
    without_sql = score(bundle(), [PASSED])

    assert with_fault["validity"].value == 50
    assert with_fault["validity"].findings[0].message == "db/schema.sql, line 3: Is no PostgreSQL"
    assert without_sql["validity"].value == 100


def test_one_faulty_file_counts_once_for_each_check_however_much_is_wrong_with_it():
    twice = replace(FAILED, line=8, message="Once more")

    assert score(bundle(), [PASSED, FAILED, twice])["validity"].value == 50


def test_a_file_that_is_owed_and_missing_costs_validity():
    missing = CheckResult("owed", "error", "failed", "db/queries.md", None, "It is missing", "Hand it in.")

    assert score(bundle(), [PASSED, missing])["validity"].value == 70


def test_a_contradiction_between_files_costs_consistency_and_not_validity():
    scores = score(bundle(), [PASSED, AGREE, DIFFER])

    assert (scores["consistency"].value, scores["validity"].value) == (75, 100)
    assert scores["consistency"].findings[0].message == "web/loans.html, line 9: Calls what is not there"


def test_many_findings_of_one_check_cost_no_more_than_that_check():
    many = [replace(DIFFER, line=line) for line in range(1, 40)]

    assert score(bundle(), [AGREE, *many])["consistency"].value == 50


def test_how_the_checking_itself_went_is_no_matter_of_the_work():
    told = CheckResult("repair", "warning", "warning", None, None, "Nothing was mended", "")

    assert score(bundle(), [PASSED, told])["validity"].value == 100


def test_what_nobody_could_judge_yet_has_no_score():
    empty = bundle(requirements=(), decisions=(), artifacts=(), roles=frozenset())

    scores = score(empty, [])

    assert [found.value for found in scores.values()] == [None] * 5
    assert values(scores) == {}


def test_a_source_that_the_brief_does_not_have_costs_points():
    invented = (Requirement(key="R-1", text="A member can borrow a book.", source_text="Fines are due after a week."),)

    found = score(bundle(requirements=invented), [])["requirements"]

    assert found.part("quoted").got == 0
    assert "quotes what the brief does not say" in found.findings[0].message


def test_the_same_work_gives_the_same_scores_in_whatever_order_its_checks_come():
    checks = [PASSED, FAILED, AGREE, DIFFER]

    assert score(bundle(), checks) == score(bundle(), list(reversed(checks)))


def test_a_score_in_json_is_bounded_and_has_no_fraction():
    lost = [Lost("covered", 1, f"R-{number} is lost", "Find it.") for number in range(40)]
    told = weighed("traceability", {"covered": 1}, [Part("covered", "requirements", 0, 40)], lost).as_json()

    assert len(told["findings"]) == MOST_TOLD
    assert told["more_findings"] == 40 - MOST_TOLD
    assert all(isinstance(finding["points"], int) for finding in told["findings"])


def test_a_quotation_may_leave_words_out_and_may_be_cut():
    said = plain("**Members** borrow books\nfor “two weeks”, unless they’re late.")

    assert occurs("Members borrow … for two weeks", said)
    assert occurs("members borrow books for 'two we", said)
    assert not occurs("for two weeks … members borrow", said)
    assert quotes_of('It says "borrow books for two weeks" and "yes".') == ["borrow books for two weeks"]


@pytest.mark.parametrize(
    ("consequence", "kinds"),
    [
        ("Good, because it must be done anyway", {"gain"}),
        ("Bad, because it is easy to forget", {"price"}),
        ("- One more service", {"price"}),
        ("Nobody has to compute it", {"gain"}),
        ("Eine Tabelle mehr", {"price"}),
        ("Les listes sont rapides, mais il faut un index", {"gain", "price"}),
        ("El cambio cuesta una migración", {"price"}),
        ("Lista jest szybka", {"gain"}),
        ("Overdue loans are one indexed query.", {"gain"}),
        ("…", set()),
    ],
)
def test_gains_and_prices_are_told_apart_in_five_languages(consequence, kinds):
    assert kinds_of(consequence) == kinds


def test_hostile_texts_are_judged_in_bounded_time_and_change_nothing():
    flood = "“" * 20_000 + "H-1 " * 5_000 + "… " * 9_000
    work = bundle(
        brief=flood,
        decisions=tuple(decision(number, rationale=flood, consequences=(flood,)) for number in range(1, 30)),
        requirements=(Requirement(key="R-1", text=flood[:2000], source_text=flood[:9000]),),
    )

    assert set(score(work, [])) == set(SCORES)


def test_consistency_tells_the_good_work_of_strangers_from_work_with_contradictions():
    found = {
        name: (stranger.good, score(stranger.bundle, check_bundle(stranger.bundle))["consistency"].value)
        for name, stranger in STRANGERS.items()
    }

    print(found)
    assert min(value for good, value in found.values() if good) >= 95
    assert max(value for good, value in found.values() if not good) <= 85


@pytest.mark.parametrize("name", PRODUCT)
def test_what_the_simulator_hands_in_is_traceable_consistent_and_argued(name):
    brief = BRIEFS[name]
    work = bundle_of(run_session(brief), feature_name="The feature", brief=brief)

    scores = score(work, check_bundle(work))

    lost, of = orphans(scores["traceability"])
    assert values(scores)["traceability"] >= 95
    assert lost / of < 0.05
    assert values(scores)["consistency"] == 100
    assert values(scores)["decisions"] >= 90


def test_the_page_on_quality_gives_the_weights_that_hold():
    page = (Path(__file__).resolve().parents[2] / "docs/quality.md").read_text()

    told = {
        name: {part: int(weight) for part, weight in re.findall(r"^\| `(\w+)` \| (\d+) \|", section, re.MULTILINE)}
        for name, section in re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    }

    assert {name.lower(): weights for name, weights in told.items() if weights} == {
        name: dict(weights) for name, weights in WEIGHTS.items()
    }
    assert all(sum(weights.values()) == 100 for weights in WEIGHTS.values())
