"""What is understood of a brief, compared with what a careful reader lists: see readers/README.md."""

import pytest

from agents.brief.understanding import understand
from agents.tests.factories import BRIEFS, PRODUCT_BRIEFS
from agents.tests.readers.figures import text_of
from agents.tests.readers.measure import invented, last, later, readers_list, recalls, seen, share, unseen

SHARED = {path.stem for path in PRODUCT_BRIEFS}


def _things_and_deeds(paths):
    return [
        figure
        for path in paths
        for figure in recalls(text_of(path), readers_list(path))
        if figure.kind in ("entities", "operations")
    ]


def test_every_brief_at_hand_has_a_readers_list():
    assert {path.stem for path in seen()} == set(BRIEFS)


@pytest.mark.parametrize("path", [path for path in seen() if path.stem in SHARED], ids=lambda path: path.stem)
def test_nine_tenths_of_what_a_reader_lists_are_found(path):
    figures = _things_and_deeds([path])

    assert share(figures) >= 0.90, [figure.missed for figure in figures]


def test_nine_tenths_are_found_over_all_briefs_at_hand():
    assert share(_things_and_deeds(seen())) >= 0.90


def test_three_quarters_are_found_in_briefs_that_were_new():
    assert share(_things_and_deeds([*unseen(), *later(), *last()])) >= 0.75


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        ("actors", 0.9),
        ("relations", 0.8),
        ("states", 0.9),
        ("limits", 0.9),
        ("rules", 0.8),
        ("events", 0.9),
        ("integrations", 0.8),
    ],
)
def test_the_other_parts_that_a_reader_lists_are_found(kind, least):
    figures = [
        figure for path in seen() for figure in recalls(text_of(path), readers_list(path)) if figure.kind == kind
    ]

    assert share(figures) >= least, [figure.missed for figure in figures if figure.missed]


@pytest.mark.parametrize("path", [*seen(), *unseen(), *later(), *last()], ids=lambda path: path.stem)
def test_no_entity_is_invented(path):
    brief = text_of(path)

    assert invented(brief, understand(brief).domain) == []
