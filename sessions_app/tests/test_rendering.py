"""Text of models made safe to look at."""

import pytest

from sessions_app.rendering import MOST_COLOURED, prose, source_lines


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://example.org/spy.png)",
        '<a href="#" onclick="alert(1)">x</a>',
        "<style>*{display:none}</style>",
        "[x](data:text/html,<script>alert(1)</script>)",
    ],
)
def test_markdown_keeps_nothing_that_runs_or_loads(evil: str) -> None:
    html = prose(f"Before\n\n{evil}\n\nAfter")

    for sign in ("<script", "<img", "<style", 'href="javascript', 'href="data', '<a href="#"'):
        assert sign not in html
    assert "Before" in html
    assert "After" in html


def test_headings_go_under_those_of_the_page() -> None:
    assert prose("# One\n\n#### Four") == "<h3>One</h3>\n<h6>Four</h6>\n"


@pytest.mark.parametrize("path", ["a.sql", "a.yaml", "a.json", "a.html", "a.md", "a.unknown", "Makefile"])
def test_every_line_of_a_source_stands_for_itself(path: str) -> None:
    content = '{"a": "<b>"}\n/* one\ntwo */\n\nlast & least'

    lines = source_lines(path, content)

    assert len(lines) == 5
    assert all(line.count("<span") == line.count("</span>") for line in lines)
    assert "<b>" not in "".join(lines)


def test_a_very_large_source_is_not_coloured() -> None:
    lines = source_lines("a.sql", "SELECT 1;\n" * (MOST_COLOURED // 10 + 1))

    assert lines[0] == "SELECT 1;"
