"""Text of models made safe to look at."""

import pytest

from sessions_app.rendering import MOST_COLOURED, MOST_DIAGRAM_LINES, MOST_DIAGRAMS, prose, source_lines


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


def test_a_block_of_mermaid_is_drawn_with_its_text_below() -> None:
    html = prose("```mermaid\nflowchart LR\n  a[Pages] --> b[(Store & more)]\n```\n\nAfter")

    assert html.count("<svg") == 1
    assert "Store &amp; more</text>" in html
    assert "<summary>As text</summary>" in html
    assert "a[Pages] --&gt; b[(Store &amp; more)]" in html
    assert "<p>After</p>" in html


def test_a_block_that_is_not_understood_stays_text() -> None:
    html = prose("```mermaid\npie\n  title x\n```")

    assert "<svg" not in html
    assert "<pre><code>pie" in html


def test_a_page_draws_no_more_than_a_reader_would_wait_for() -> None:
    large = "```mermaid\nflowchart LR\n" + "".join(f"  n{n} --> n{n + 1}\n" for n in range(70)) + "```\n\n"

    assert prose(large * 30).count("<svg") == MOST_DIAGRAM_LINES // 71
    assert prose("```mermaid\nflowchart LR\n a --> b\n```\n\n" * 40).count("<svg") == MOST_DIAGRAMS
