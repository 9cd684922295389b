"""What a Markdown document holds, by its headings; and the checks of backlog, scenarios and charter."""

import time

import pytest

from agents.checks.planning import check_charter, check_gherkin, check_stories
from agents.deliverable import Artifact
from agents.outline import section_called, sections_of
from agents.tests.bounds import BOUNDED_SECONDS

DOCUMENT = """\
Before any heading.

# Charter

Lead.

## Risks ##

| Key | Risk | Score |
|-----|:----:|------:|
| K-1 | Rain \\| wind | 6 |
| K-2 | Short |
| K-3 | Fire | 9 |

Then a list:

- one
2. two
* three

```text
## no heading
```

### Deeper

## Empty
"""


def test_sections_come_with_level_title_line_lists_and_tables():
    sections = sections_of(DOCUMENT)

    assert [(each.level, each.title, each.line) for each in sections] == [
        (1, "Charter", 3),
        (2, "Risks", 7),
        (3, "Deeper", 25),
        (2, "Empty", 27),
    ]
    risks = section_called(DOCUMENT, "risks")
    assert risks is not None
    assert risks.items == ["one", "two", "three"]
    assert risks.rows == [
        {"key": "K-1", "risk": "Rain \\| wind", "score": "6"},
        {"key": "K-3", "risk": "Fire", "score": "9"},
    ]
    assert sections[0].text == "Lead."
    assert (sections[3].text, sections[3].rows, sections[3].items) == ("", [], [])
    assert section_called(DOCUMENT, "nowhere") is None


@pytest.mark.parametrize(
    "text",
    ["", "#", "# ", "|", "||", "| a |\n|", "```\n# in "
    "code", "\n" * 50, "|" * 5000, "# " + "#" * 100_000, "- " * 100_000,
     "| a | b |\n" * 20_000, "#######", "\\" * 3000 + "|"],
)  # fmt: skip
def test_whatever_somebody_wrote_is_read_in_bearable_time(text):
    began = time.process_time()

    sections = sections_of(text + "\n# Last\n| a |\n| - |\n| \\ |\n" + text)
    for section in sections:
        assert section.rows is not None
        assert section.items is not None

    assert time.process_time() - began < BOUNDED_SECONDS


def written(content: str, path: str = "docs/backlog.md") -> Artifact:
    return Artifact(path=path, media_type="text/markdown", content=content)


GOOD_STORY = (
    "## E-1\n\n### {title}\n\nAs a member I want to borrow.\n\n1. Given a copy, when I scan it, then it is mine.\n"
)


@pytest.mark.parametrize("title", ["S-1: Borrow", "Story 1: Borrow", "US-12 Borrow", "User story: borrow"])
def test_a_story_that_can_be_accepted_passes_however_it_is_headed(title):
    [result] = check_stories(written(GOOD_STORY.format(title=title)))

    assert (result.status, result.name) == ("passed", "stories")


def test_a_story_without_criteria_is_named_with_its_line():
    text = GOOD_STORY.format(title="S-1: Borrow") + "\n### S-2: Return\n\nAs a member I want to return. Given a loan.\n"

    [result] = check_stories(written(text))

    assert (result.status, result.line) == ("failed", 9)
    assert "S-2: Return" in result.message
    assert "Then, when" in result.message
    assert result.remedy


def test_a_backlog_without_stories_fails():
    [result] = check_stories(written("# Backlog\n\nLater.\n"))

    assert result.message == "Holds no story"


FEATURE = "Feature: Loans\n  Scenario: Borrow\n    Given a copy\n    When it is scanned\n    Then it is lent\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FEATURE, None),
        ("# language: de\nFunktionalität: Ausleihe\n  Szenario: Ausleihen\n", None),
        (
            FEATURE
            + '\n  Scenario Outline: Two\n    When <n>\n    """\n    Scenario: in a text\n    """\n    Then <m>\n',
            None,
        ),
        ("Feature: Loans\n", "Holds no scenario"),
        ("  Scenario: Borrow\n    When it is scanned\n    Then it is lent\n", "stands in no feature"),
        (FEATURE + "  Scenario: Return\n    Given a loan\n", "“Return” has no Then and no When"),
        (
            FEATURE + "  Scenario: Return\n    When it is back\n\nFeature: Fines\n" + FEATURE[15:],
            "“Return” has no Then",
        ),
        ("", "Holds no scenario"),
    ],
)
def test_scenarios_have_a_feature_and_steps(text, said):
    results = check_gherkin(written(text, "tests/acceptance.feature"))

    if said is None:
        assert [result.status for result in results] == ["passed"]
    else:
        assert [result.status for result in results] == ["failed"]
        assert said in results[0].message
        assert results[0].remedy


def test_a_charter_has_sections_and_none_is_empty():
    titles = ("Purpose", "Success", "People", "Scope", "Risks")
    good = "# Charter\n\n" + "".join(f"## {title}\n\nWords.\n\n" for title in titles)

    assert [result.status for result in check_charter(written(good))] == ["passed"]
    [empty] = check_charter(written(good + "## Signature\n"))
    assert ("“Signature” is empty" in empty.message, empty.line) == (True, 23)
    [short] = check_charter(written("# Charter\n\n## Purpose\n\nWords.\n"))
    assert "Has 1 sections" in short.message
    assert check_charter(written(""))[0].status == "failed"
