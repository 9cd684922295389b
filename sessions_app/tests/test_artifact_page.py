"""`/artifacts/{id}/` and the raw file: nothing that a model wrote is run."""

import pytest

from accounts.tests.factories import browser_of
from agents.checks import CheckResult
from agents.deliverable import Artifact
from sessions_app.models import Artifact as ArtifactRow
from sessions_app.models import ExecutionSession
from sessions_app.tests.factories import claim, hand_in, make_deliverable, make_session
from teams.tests.factories import Cast, make_cast

EVIL_HTML = "<!doctype html><html><head><title>x</title><script>alert(1)</script></head><body>Hello</body></html>"
EVIL_MD = """# Plan

<script>alert(1)</script> [bad](javascript:alert(1)) [good](https://example.org/)

| a |
| - |
| b |
"""
QUERIES = 13


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def session(cast: Cast) -> ExecutionSession:
    """The architect has handed in a page, a plan and a schema with a failed check."""
    session = make_session(cast.team)
    [architect] = claim(session)
    files = [
        Artifact(path="web/index.html", media_type="text/html", content=EVIL_HTML, implements=["d1"]),
        Artifact(path="docs/plan.md", media_type="text/markdown", content=EVIL_MD),
        Artifact(path="db/schema.sql", media_type="application/sql", content="-- <loans>\nCREATE TABLE a (id int);\n"),
    ]
    failed = CheckResult("sql", "error", "failed", "db/schema.sql", 2, "No key", "Add one")
    hand_in(architect, make_deliverable("architect", artifacts=files), checks=[failed])
    return session


def artifact(path: str) -> ArtifactRow:
    return ArtifactRow.objects.get(path=path)


@pytest.mark.parametrize("part", ["", "raw/"])
@pytest.mark.parametrize(("who", "status"), [("member", 200), ("viewer", 200), ("outsider", 404), ("anonymous", 302)])
def test_the_cast_looks_at_an_artifact(cast: Cast, session: ExecutionSession, part: str, who: str, status: int) -> None:
    path = f"/artifacts/{artifact('docs/plan.md').pk}/{part}"

    assert browser_of(cast.named(who)).get(path).status_code == status


def test_a_source_is_shown_by_line_with_its_checks(cast: Cast, session: ExecutionSession) -> None:
    page = browser_of(cast.member).get(f"/artifacts/{artifact('db/schema.sql').pk}/").content.decode()

    assert '<tr id="L2">' in page
    assert "&lt;loans&gt;" in page
    assert "No key" in page
    assert "Add one" in page
    assert "#L2" in page


def test_a_page_names_the_decisions_it_implements(cast: Cast, session: ExecutionSession) -> None:
    page = browser_of(cast.member).get(f"/artifacts/{artifact('web/index.html').pk}/").content.decode()

    assert "D-1" in page
    assert "Decided by architect" in page


def test_model_made_html_stays_in_a_sandbox_of_its_own(cast: Cast, session: ExecutionSession) -> None:
    row, browser = artifact("web/index.html"), browser_of(cast.member)

    page = browser.get(f"/artifacts/{row.pk}/").content.decode()
    raw = browser.get(f"/artifacts/{row.pk}/raw/")

    assert f'sandbox title="web/index.html" src="/artifacts/{row.pk}/raw/?v=1"' in page
    assert "alert(1)" not in page
    assert raw.content.decode() == EVIL_HTML
    assert raw.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert raw.headers["Content-Security-Policy"] == policy
    assert raw.headers["X-Content-Type-Options"] == "nosniff"


def test_every_other_file_is_raw_only_as_text(cast: Cast, session: ExecutionSession) -> None:
    raw = browser_of(cast.member).get(f"/artifacts/{artifact('docs/plan.md').pk}/raw/")

    assert raw.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert raw.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert raw.headers["X-Content-Type-Options"] == "nosniff"


def test_a_download_has_its_name_and_is_never_a_page(cast: Cast, session: ExecutionSession) -> None:
    raw = browser_of(cast.member).get(f"/artifacts/{artifact('web/index.html').pk}/raw/?download")

    assert raw.headers["Content-Disposition"] == 'attachment; filename="index.html"'
    assert raw.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_markdown_is_read_without_what_could_run(cast: Cast, session: ExecutionSession) -> None:
    page = browser_of(cast.member).get(f"/artifacts/{artifact('docs/plan.md').pk}/").content.decode()

    assert "<h3>Plan</h3>" in page
    assert "<td>b</td>" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert 'href="https://example.org/" rel="noopener nofollow"' in page


def test_the_source_of_a_page_is_text(cast: Cast, session: ExecutionSession) -> None:
    page = browser_of(cast.member).get(f"/artifacts/{artifact('web/index.html').pk}/?view=source").content.decode()

    assert "<script>alert(1)</script>" not in page
    assert "alert" in page


@pytest.mark.parametrize("version", ["2", "0", "x", "9" * 20])
def test_a_version_that_does_not_exist_is_not_found(cast: Cast, session: ExecutionSession, version: str) -> None:
    row = artifact("docs/plan.md")

    for part in ("", "raw/"):
        assert browser_of(cast.member).get(f"/artifacts/{row.pk}/{part}?v={version}").status_code == 404


def test_an_artifact_page_asks_a_fixed_number_of_queries(
    cast: Cast, session: ExecutionSession, django_assert_max_num_queries: object
) -> None:
    browser = browser_of(cast.member)

    with django_assert_max_num_queries(QUERIES):  # type: ignore[operator]
        browser.get(f"/artifacts/{artifact('db/schema.sql').pk}/")


def test_a_domain_is_shown_as_diagrams_and_as_source(cast: Cast) -> None:
    session = make_session(cast.team)
    [architect] = claim(session)
    domain = '{"entities": [{"name": "loan", "label": "loan", "table": "loans", "path": "loans"}]}'
    plan = "```mermaid\nerDiagram\n  LOAN {\n    int id\n  }\n```\n"
    files = [
        Artifact(path="domain.json", media_type="application/json", content=domain),
        Artifact(path="docs/plan.md", media_type="text/markdown", content=plan),
    ]
    hand_in(architect, make_deliverable("architect", artifacts=files))
    browser, row = browser_of(cast.member), artifact("domain.json")

    drawn = browser.get(f"/artifacts/{row.pk}/").content.decode()
    source = browser.get(f"/artifacts/{row.pk}/?view=source").content.decode()
    text = browser.get(f"/artifacts/{artifact('docs/plan.md').pk}/").content.decode()

    assert ">Loan</text>" in drawn
    assert ">Diagrams</a>" in drawn
    assert "<svg xmlns" not in source
    assert '<tr id="L1">' in source
    assert ">Loan</text>" in text  # from the domain; the block says LOAN
