"""The checks judge what people wrote by hand in their own styles: what is found, and what is found wrongly."""

import pytest

from agents.checks.contract import check_bundle
from agents.tests.strangers import STRANGERS, Expected

GOOD = [name for name, stranger in STRANGERS.items() if stranger.good]
BAD = [name for name, stranger in STRANGERS.items() if not stranger.good]


def plain(text: str) -> str:
    """A reviewer writes `close_ticket` where the interface has `close-ticket`."""
    return text.lower().replace("-", "_")


def is_found(expected: Expected, result) -> bool:
    return (
        result.status != "passed"
        and result.name == expected.check
        and (not expected.path or result.path == expected.path)
        and plain(expected.says) in plain(result.message)
    )


def test_there_are_six_strangers_in_other_styles():
    assert len(GOOD) >= 3
    assert len(BAD) >= 3
    assert all(stranger.expected for name, stranger in STRANGERS.items() if name in BAD)


@pytest.mark.parametrize("name", GOOD)
def test_a_good_stranger_raises_no_alarm(name):
    results = check_bundle(STRANGERS[name].bundle)

    assert [result for result in results if result.status == "failed"] == []
    assert len([result for result in results if result.status == "passed"]) >= 10


@pytest.mark.parametrize("name", BAD)
def test_every_fault_that_a_reviewer_expects_is_found(name):
    stranger = STRANGERS[name]

    results = check_bundle(stranger.bundle)

    assert [each for each in stranger.expected if not any(is_found(each, result) for result in results)] == []


def test_precision_and_recall_over_all_strangers():
    expected, found, alarms, right = 0, 0, 0, 0
    wrong = []
    for name, stranger in STRANGERS.items():
        failed = [result for result in check_bundle(stranger.bundle) if result.status == "failed"]
        results = check_bundle(stranger.bundle)
        expected += len(stranger.expected)
        found += sum(any(is_found(each, result) for result in results) for each in stranger.expected)
        alarms += len(failed)
        for result in failed:
            if any(is_found(each, result) for each in stranger.expected):
                right += 1
            else:
                wrong.append(f"{name}: {result.name} {result.path} {result.message}")

    print(f"\n{len(STRANGERS)} strangers: recall {found}/{expected} = {found / expected:.0%},")
    print(f"precision of failed findings {right}/{alarms} = {right / alarms:.0%}")
    print("\n".join(wrong))
    assert found == expected
    assert right / alarms >= 0.9
