"""Text that attacks: whatever a model or a person wrote stays words, on every page that shows it."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest

from accounts.tests.factories import browser_of
from agents.checks import CheckResult
from agents.deliverable import Artifact
from sessions_app.models import Artifact as ArtifactRow
from sessions_app.models import ExecutionSession
from sessions_app.rendering import ATTRIBUTES, TAGS, domain_figures, prose, source_lines
from sessions_app.tests.factories import claim, hand_in, make_deliverable, make_session
from teams.tests.factories import Cast, make_cast
from tests.hostile_markup import HTML, MARKDOWN, in_mermaid

VECTORS = (*HTML, *MARKDOWN)
# What a figure of ours adds to the tags of text.
FIGURE = {
    "figure": {"class"},
    "figcaption": set(),
    "div": {"class", "tabindex", "role", "aria-label"},
    "details": set(),
    "summary": set(),
    "svg": {"xmlns", "class", "role", "aria-labelledby", "width", "height", "viewbox"},
    "title": {"id"},
    "desc": {"id"},
    "g": set(),
    "path": {"class", "d"},
    "rect": {"class", "x", "y", "width", "height", "rx"},
    "circle": {"class", "cx", "cy", "r"},
    "text": {"class", "x", "y", "text-anchor"},
}
SCHEMES = ("http://", "https://", "mailto:", "/", "#", "?")
# Elements that no page of ours has for the sake of what somebody wrote.
NEVER = {"object", "embed", "applet", "base", "math", "foreignobject", "marquee", "audio", "video", "frame"}


class Elements(HTMLParser):
    """Every element of a page with its attributes, and the text of its scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.scripts: list[str] = []
        self._in_script = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        self._in_script = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts.append(data)


def faults_of(html: str, *, allowed: dict[str, set[str]]) -> list[str]:
    """Return each element, attribute and address of a fragment that is not allowed."""
    faults = []
    for tag, attributes in Elements(html).found:
        if tag not in allowed:
            faults.append(f"<{tag}>")
            continue
        faults += [f"<{tag} {name}>" for name in attributes if name not in allowed[tag]]
        if "href" in attributes and not attributes["href"].lower().startswith(("http://", "https://", "mailto:", "//")):
            faults.append(f"<{tag} href={attributes['href']}>")
    return faults


def faults_of_page(html: str) -> list[str]:
    """Return what a whole page holds that only an attacker would put there."""
    elements = Elements(html)
    faults = [f"script: {text[:60]}" for text in elements.scripts if "hit()" in text]
    for tag, attributes in elements.found:
        if tag in NEVER:
            faults.append(f"<{tag}>")
        for name, value in attributes.items():
            plain = value.strip().lower()
            if name.startswith("on") or name in ("srcdoc", "ping", "formaction", "background", "style"):
                faults.append(f"<{tag} {name}={value[:60]}>")
            if tag == "use" and not plain.startswith("/static/"):
                faults.append(f"<use {name}={value[:60]}>")
            if name in ("href", "src", "action", "data-url", "hx-get", "hx-post") and (
                ("evil.example" in plain and tag != "a") or plain.startswith(("javascript:", "data:", "vbscript:"))
            ):
                faults.append(f"<{tag} {name}={value[:60]}>")
        if tag == "iframe" and "sandbox" not in attributes:
            faults.append("<iframe> without a sandbox")
        if tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh":
            faults.append("<meta refresh>")
    return faults


TEXT = {tag: ATTRIBUTES.get(tag, set()) | {"rel"} for tag in TAGS}


@pytest.mark.parametrize("evil", VECTORS)
def test_markdown_holds_only_the_tags_of_text(evil: str) -> None:
    for text in (evil, f"Before {evil} after", f"- {evil}\n\n{evil}"):
        assert faults_of(prose(text), allowed=TEXT) == []


@pytest.mark.parametrize("evil", VECTORS)
def test_a_block_of_mermaid_holds_only_what_we_draw(evil: str) -> None:
    html = prose(in_mermaid(evil))

    assert faults_of(html, allowed={**TEXT, **FIGURE}) == []
    assert "<svg" in html  # at least one of them is drawn


@pytest.mark.parametrize("ending", ["md", "html", "sql", "yaml", "json", "py", "css", "unknown"])
def test_a_source_holds_only_coloured_words(ending: str) -> None:
    for line in source_lines(f"a.{ending}", "\n".join(VECTORS)):
        assert faults_of(line, allowed={"span": {"class"}}) == []


@pytest.mark.parametrize("evil", VECTORS)
def test_a_domain_is_drawn_with_words_only(evil: str) -> None:
    entity = {"name": "a", "label": evil[:200], "table": "a", "path": "a", "states": ["x", "y"]}
    operation = {"key": "o", "title": evil[:200], "entity": "a", "kind": "action"}
    steps = [{"target": "y", "operation": "o"}]
    domain = {"entities": [{**entity, "transitions": steps}], "operations": [operation]}

    html = domain_figures(json.dumps(domain))

    assert html.count("<svg") == 2
    assert faults_of(html, allowed={**TEXT, **FIGURE}) == []


def test_a_mark_of_another_text_stays_words() -> None:
    first = prose(in_mermaid("x"))

    assert "<svg" not in prose("<p>diagram-1-</p>\n\ndiagram-" + "0" * 24 + "-1-")
    assert first.count("<figure") == 4


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def attacked(cast: Cast) -> ExecutionSession:
    """A session in which every text from outside holds all the vectors."""
    everything = "\n\n".join(VECTORS)
    session = make_session(cast.team, feature_name="<img src=x onerror=hit()>\"'", brief=everything)
    [architect] = claim(session)
    files = [
        Artifact(path="docs/architecture.md", media_type="text/markdown", content=everything + in_mermaid(VECTORS[5])),
        Artifact(path="web/index.html", media_type="text/html", content=everything),
        Artifact(path="db/schema.sql", media_type="application/sql", content=everything),
    ]
    deliverable: Any = make_deliverable("architect", artifacts=files)
    evil = "<img src=x onerror=hit()> [x](javascript:hit()) <svg onload=hit()>"
    decisions = [
        decision.model_copy(
            update={
                "text": evil,
                "rationale": everything[:19_000],
                "consequences": [evil],
                "alternatives": [
                    one.model_copy(update={"option": evil, "pros": [evil]}) for one in decision.alternatives
                ],
            }
        )
        for decision in deliverable.decisions
    ]
    failed = CheckResult("sql", "error", "failed", "db/schema.sql", 2, evil, evil)
    hand_in(architect, deliverable.model_copy(update={"decisions": decisions, "summary": evil}), checks=[failed])
    return session


def test_every_page_of_an_attacked_session_holds_only_words(cast: Cast, attacked: ExecutionSession) -> None:
    browser = browser_of(cast.member)
    views = ("agents", "decisions", "artifacts", "brief", "feed")
    paths = [f"{attacked.get_absolute_url()}?view={view}" for view in views]
    for row in ArtifactRow.objects.filter(session=attacked):
        paths += [f"/artifacts/{row.pk}/", f"/artifacts/{row.pk}/?view=source"]
    paths += ["/", "/sessions/", "/sessions/?q=%3Cimg+src%3Dx+onerror%3Dhit()%3E"]

    for path in paths:
        page = browser.get(path)
        assert page.status_code == 200, path
        assert faults_of_page(page.content.decode()) == [], path
        policy = page.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "style-src 'self'" in policy
        assert "unsafe" not in policy
