"""Pages are read as a browser and a screen reader would read them."""

import time

import pytest

from agents.checks.html import check_html
from agents.deliverable import Artifact
from agents.tests.bounds import BOUNDED_SECONDS

GOOD = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Bookings</title>
<style>body { background: url(data:image/png;base64,x) }</style></head>
<body>
<!-- <script> in a comment -->
<h1>Bookings</h1>
<p>One<p>Two<br>
<ul><li>x<li>y <a href="https://example.org/">elsewhere</a></ul>
<h2>New <svg viewBox="0 0 1 1"><path d="M0 0"/></svg></h2>
<form action="/bookings" method="post">
<label for="day">Day</label> <input id="day" name=day aria-describedby="hint"> <span id="hint">a > b &amp; c</span>
<label>Note <textarea name="note"><b>raw</textarea></label>
<select aria-label="Room"><option>1<option>2</select>
<input type="hidden" name="t"><button type="submit"><img src="save.png" alt="Save"></button>
</form>
<table><caption>All</caption><thead><tr><th>a<th>b<tbody><tr><td>1<td>2</table>
<script type="application/json">{"a": "</b>"}</script>
</body>
</html>
"""


def checked(text: str):
    return check_html(Artifact(path="web/index.html", content=text))


def test_a_good_page_passes():
    assert [(result.status, result.message) for result in checked(GOOD)] == [
        ("passed", "Is well-formed, labelled and free of scripts")
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        (' lang="en"', "", 2, "language"),
        (' lang="en"', ' lang="English please"', 2, "language"),
        ("<title>Bookings</title>", "", 1, "no title"),
        ("<title>Bookings</title>", "<title> </title>", 3, "title is empty"),
        ("</form>", "", 11, "never closed"),
        ("<h1>Bookings</h1>", "<h1>Bookings</h2>", 7, "closes nothing"),
        ("<h1>Bookings</h1>", "<h1></h1>", 7, "heading is empty"),
        ('<label for="day">', '<label for="night">', 12, "no label"),
        ('<label for="day">', '<label for="night">', 12, "no id here"),
        ('aria-describedby="hint"', 'aria-describedby="help"', 12, "no id here"),
        (' alt="Save"', "", 15, "alternative text"),
        (' alt="Save"', ' alt=""', 15, "button is empty"),
        ('id="hint"', 'id="day"', 12, "twice"),
        ('type="application/json"', "", 18, "script"),
        ("<body>", '<body onload="go()">', 5, "onload"),
        ('href="https://example.org/"', 'href="java&#115;cript:alert(1)"', 9, "runs a script"),
        ('href="https://example.org/"', 'href=" java\nscript:alert(1)"', 9, "runs a script"),
        ("save.png", "https://evil.example/x.png", 15, "elsewhere"),
        ("save.png", "//evil.example/x.png", 15, "elsewhere"),
        ("url(data:", "url('//evil.example/", 4, "elsewhere"),
        ("body {", "@import 'x'; body {", 4, "elsewhere"),
        ("<p>One", '<p style="background:url(http://x)">One', 8, "elsewhere"),
        ('<meta charset="utf-8">', '<link rel="stylesheet" href="https://cdn.example/x.css">', 3, "elsewhere"),
        ('<meta charset="utf-8">', '<meta http-equiv="Refresh" content="0">', 3, "moves away"),
        ('<meta charset="utf-8">', '<base href="/x">', 3, "base"),
        ("<p>One", '<iframe src="/x"></iframe><p>One', 8, "another document"),
        ('action="/bookings"', 'action="https://evil.example"', 11, "another site"),
        ("<br>", "<div/>", 8, "does not close itself"),
        ("a > b", "a < b", 12, "stands alone"),
        ("<br>", '<b class="x>', 8, "written wrong"),
        ("in a comment -->", "in a comment", 6, "comment is never closed"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_what_to_do(old, new, line, message):
    assert old in GOOD

    found = [result for result in checked(GOOD.replace(old, new)) if message in result.message]

    assert found
    assert (found[0].status, found[0].severity, found[0].line) == ("failed", "error", line)
    assert found[0].remedy


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("<!doctype html>\n", "", "does not say that it is HTML"),
        ("<table>", "<h4>Old</h4><table>", "h4 follows h2"),
        ("<table>", "<h1>Old</h1><table>", "2 main headings"),
        ("<h1>Bookings</h1>", "<h2>Bookings</h2>", "no main heading"),
        ("<form ", '<form tabindex="3" ', "tabindex"),
    ],
)
def test_what_only_makes_reading_harder_is_a_warning(old, new, message):
    found = [result for result in checked(GOOD.replace(old, new)) if message in result.message]

    assert [(result.status, result.severity) for result in found] == [("warning", "warning")]


HOSTILE = {
    "openings": "<" * 500_000,
    "tags that never end": "<a " * 150_000,
    "attributes that never end": "<a b=" * 100_000,
    "quotes": "<a b='\"" * 70_000,
    "comments": "<!--" * 120_000,
    "declarations": "<!" * 250_000,
    "entities": "&#x" * 160_000,
    "one entity": "<a href='" + "&" * 500_000 + "'>",
    "scripts": "<script>" * 60_000,
    "unclosed scripts": "<script></script" * 30_000,
    "deep": "<div>" * 100_000,
    "headings": "<h1><h6>" * 60_000,
    "deep and closed": "<b>" * 190 + "</i>x" * 90_000,
    "fields": "<input>" * 70_000,
    "ids": "<p id=a>" * 60_000,
    "targets": "<p aria-describedby='" + "a " * 200_000 + "'>",
    "attributes": "<p " + " ".join(f"a{number}" for number in range(60_000)) + ">",
    "styles": "<style>" + "url(" * 120_000,
    "white space": " " * 500_000 + "<",
    "lines": "\n" * 500_000 + "<p",
    "names": "<" + "a" * 500_000,
    "nothing": "",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_takes_little_time(name):
    artifact = Artifact(path="a.html", content=HOSTILE[name][: 512 * 1024])
    began = time.process_time()

    found = check_html(artifact)

    assert found
    assert len(found) <= 20
    assert all(len(result.message) < 400 for result in found)
    assert time.process_time() - began < BOUNDED_SECONDS
