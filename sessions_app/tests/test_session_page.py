"""`/sessions/{id}/` and its fragments."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import browser_of
from agents.deliverable import Decision
from sessions_app.models import ExecutionSession
from sessions_app.tests.factories import (
    claim,
    fail,
    hand_in,
    make_call,
    make_deliverable,
    make_finished_session,
    make_session,
    run_stage,
)
from teams.tests.factories import Cast, make_cast

AGENTS = ["Architect", "Backend Dev", "DBA", "Frontend Dev", "UI/UX Designer", "Security Specialist", "IT Admin"]
PAGE_QUERIES = {"decisions": 23, "artifacts": 22, "questions": 19, "brief": 20}
FRAGMENT_QUERIES = 13  # the web session, its user, the session, its detail; of an agent also what it waits for
FRAGMENTS = [
    "head",
    "status",
    "vitals",
    "actions",
    "steering",
    "attention",
    "stages/1",
    "stages/1/gate",
    "agents/{task}",
    "feed",
    "tabs",
    "decisions",
    "artifacts",
    "questions",
]


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def page_of(session: ExecutionSession, part: str = "", **query: str) -> str:
    response = browser_of(session.user).get(f"/sessions/{session.pk}/{part}", query)
    assert response.status_code == 200
    return response.content.decode()


def card(page: str, role: str) -> str:
    found = re.search(rf'<article class="agent" id="agent-\d+" data-agent="{role}".*?</article>', page, re.S)
    assert found, f"no card of {role}"
    return found.group()


@pytest.mark.parametrize("path", ["", *(f"{fragment}/" for fragment in FRAGMENTS)])
@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 200), ("admin", 200), ("member", 200), ("viewer", 200), ("outsider", 404), ("anonymous", 302)],
)
def test_the_cast_looks_at_a_session(cast: Cast, path: str, who: str, status: int) -> None:
    session = make_session(cast.team)
    path = path.format(task=session.tasks.order_by("id")[0].pk)

    assert browser_of(cast.named(who)).get(f"/sessions/{session.pk}/{path}").status_code == status


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999999"])
def test_a_session_that_does_not_exist_is_not_found(cast: Cast, number: str) -> None:
    response = browser_of(cast.owner).get(f"/sessions/{number}/")

    assert response.status_code == 404
    assert b"belongs to a team that you are not in" in response.content or b"no such session" in response.content


def test_a_new_session_shows_its_number_and_seven_waiting_agents(db: None) -> None:
    session = make_session(feature_name="Library <loans>")

    page = page_of(session)

    assert f"#{session.pk}<" in page
    assert "<h1>Library &lt;loans&gt;</h1>" in page
    assert "Session active…" in page
    assert re.findall(r'-name">([^<]+)</h3>', page) == AGENTS
    assert page.count("Status: pending") == 7
    assert "Starts after stage 3" in card(page, "it_admin")
    assert re.search(r"about \d+ s|under 1 s", card(page, "dba"))


def test_each_state_of_an_agent_has_its_word_and_its_figures(db: None) -> None:
    session = make_session()
    [architect] = claim(session)
    assert "Status: running" in card(page_of(session), "architect")
    make_call(architect, cost_usd="0.250000", tokens=(900, 640))
    hand_in(architect, make_deliverable("architect", summary="Planned <b>four</b> parts"))
    [backend, _] = claim(session)
    fail(backend, "The provider answered 529")

    page = page_of(session)

    done = card(page, "architect")
    assert "Status: completed" in done
    assert "Planned &lt;b&gt;four&lt;/b&gt; parts" in done
    assert "1.5k" in done
    assert "$0.25" in done
    assert "Status: error" in card(page, "backend_dev")
    assert "The provider answered 529" in card(page, "backend_dev")


def test_the_live_element_resumes_where_the_page_was_rendered(db: None) -> None:
    session = make_session()
    run_stage(session)

    assert f'data-address="/ws/sessions/{session.pk}/" data-after="{session.last_seq}"' in page_of(session)


def test_a_session_that_has_ended_opens_no_socket_and_offers_no_steering(db: None) -> None:
    page = page_of(make_finished_session())

    assert "data-address" not in page
    assert "Record decision" not in page
    assert "End session" not in page
    assert "Download bundle" in page


def test_a_viewer_reads_and_is_offered_nothing_to_change(cast: Cast) -> None:
    session = make_session(cast.team)

    page = browser_of(cast.viewer).get(f"/sessions/{session.pk}/").content.decode()

    assert "Owner, admins and members may decide." in page
    assert "Record decision" not in page
    assert "Cancel session" not in page


def test_decisions_stand_with_reason_alternatives_files_and_doubts(db: None) -> None:
    session = make_session()
    [architect] = claim(session)
    unsure = Decision(key="d1", text="One table", rationale="It <i>holds</i>.", category="data", confidence=58)
    hand_in(architect, make_deliverable("architect", decisions=[unsure]))

    page = page_of(session)

    assert 'id="D-1"' in page
    assert "It &lt;i&gt;holds&lt;/i&gt;." in page
    assert "Under 65%" in page
    assert "notes.md" in page


def test_the_tabs_show_artifacts_and_the_brief_with_its_requirements(db: None) -> None:
    session = make_finished_session(brief="People *sign in*. <script>alert(1)</script>")

    artifacts, brief = page_of(session, view="artifacts"), page_of(session, view="brief")

    assert "architect/notes.md" in artifacts
    assert "<em>sign in</em>" in brief
    assert "<script>alert" not in brief
    assert "R-1" in brief


def test_the_feed_gives_what_happened_after_the_last_row_newest_first(db: None) -> None:
    session = make_session()
    seen = session.last_seq
    run_stage(session)

    page = page_of(session, "feed/", after=str(seen))

    numbers = [int(number) for number in re.findall(r'data-seq="(\d+)"', page)]
    assert numbers == list(range(session.last_seq, seen, -1))
    assert f'name="after" value="{session.last_seq}"' in page
    assert 'hx-swap-oob="true"' in page


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 30])
def test_a_feed_asked_from_nowhere_begins_at_the_start(db: None, after: str) -> None:
    session = make_session()

    assert 'data-seq="1"' in page_of(session, "feed/", after=after)


def test_the_bundle_is_a_zip_named_after_the_feature(db: None) -> None:
    session = make_finished_session(feature_name="Library loans")

    response = browser_of(session.user).get(f"/sessions/{session.pk}/export/")

    assert response.headers["Content-Type"] == "application/zip"
    assert response.headers["Content-Disposition"] == 'attachment; filename="library-loans.zip"'
    assert response.content.startswith(b"PK")


def test_the_sidebar_lists_what_runs_and_only_to_those_who_may_see_it(db: None) -> None:
    session = make_session(feature_name="Library loans")
    make_session(feature_name="Their secret plan")

    live = browser_of(session.user).get(f"/sessions/live/?open=/sessions/{session.pk}/").content.decode()

    assert f'href="/sessions/{session.pk}/" aria-current="page"' in live
    assert "0 of 7 agents done" in live
    assert "Their secret plan" not in live


def queries_of(browser: Any, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("view", PAGE_QUERIES)
def test_a_session_page_asks_the_same_number_of_queries_however_much_it_holds(db: None, view: str) -> None:
    young, old = make_session(), make_finished_session()
    run_stage(young)

    few = queries_of(browser_of(young.user), f"/sessions/{young.pk}/?view={view}")
    # One that has ended is not among what runs, so its frame asks for no leaves.
    many = queries_of(browser_of(old.user), f"/sessions/{old.pk}/?view={view}")

    assert few == PAGE_QUERIES[view]
    assert many <= few


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_a_fragment_is_cheap(db: None, fragment: str) -> None:
    session = make_session()
    path = fragment.format(task=session.tasks.order_by("id")[0].pk)

    assert queries_of(browser_of(session.user), f"/sessions/{session.pk}/{path}/") <= FRAGMENT_QUERIES
