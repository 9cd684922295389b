"""A stranger signs up, watches seven agents work, and holds the result."""

import io
import json
import zipfile
from collections import defaultdict
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Request, expect

from tests.browser.conftest import Finished, NewVisitor
from tests.browser.visitor import Visitor

AGENTS = ["Architect", "Backend Dev", "DBA", "Frontend Dev", "UI/UX Designer", "Security Specialist", "IT Admin"]


def test_from_sign_up_to_the_bundle_without_a_reload(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_up()
    expect(page.get_by_text("Select a team to get started")).to_be_visible()
    visitor.create_team("Orchard")

    path = visitor.start_session("Library loans")
    page.evaluate("window.isSamePage = true")
    expect(page.get_by_role("heading", name="Team Execution Monitor")).to_be_visible()
    expect(page.locator("article h3")).to_have_text(AGENTS)
    visitor.wait_until_complete()

    assert page.evaluate("window.isSamePage")
    expect(page.locator("live-status")).to_have_text("Ended")
    expect(page.locator(".ev").first).to_contain_text("The session is complete")
    numbers = page.locator(".ev").evaluate_all("rows => rows.map(row => Number(row.dataset.seq))")
    assert numbers == list(range(len(numbers), 0, -1)), "each event once, newest first"
    expect(page.locator(".decision").first).to_contain_text("D-1")

    files = visitor.artifact_paths()
    page.goto(files["db/schema.sql"])
    expect(page.get_by_role("region", name="Content of db/schema.sql")).to_contain_text("CREATE TABLE")

    page.goto(path)
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="Download bundle").click()
    with zipfile.ZipFile(io.BytesIO(downloaded.value.path().read_bytes())) as bundle:
        assert bundle.testzip() is None
        assert {"README.md", "journal.json", *files} <= set(bundle.namelist())
        assert json.loads(bundle.read("journal.json"))["session"]["feature_name"] == "Library loans"


def test_a_running_agent_shows_what_it_writes(visitor: Visitor) -> None:
    visitor.sign_up()
    visitor.create_team("Orchard")
    visitor.start_session("Library loans")

    expect(visitor.page.locator("live-status")).to_have_text("Live")
    expect(visitor.page.locator("agent-progress").first).not_to_be_empty()

    visitor.wait_until_complete()


@pytest.mark.nightly
def test_a_burst_of_events_asks_each_region_at_most_four_times_a_second(visitor: Visitor) -> None:
    asked: dict[str, list[float]] = defaultdict(list)

    def note(request: Request) -> None:
        if request.resource_type == "xhr":
            asked[urlsplit(request.url).path].append(request.timing["startTime"])

    visitor.page.on("requestfinished", note)
    visitor.sign_up()
    visitor.create_team("Orchard")
    path = visitor.start_session("Library loans")
    visitor.wait_until_complete()

    assert {f"{path}{region}/" for region in ("head", "vitals", "feed", "tabs", "decisions")} <= set(asked)
    for region, times in asked.items():
        seconds = (max(times) - min(times)) / 1000
        assert len(times) <= 4 * seconds + 2, f"{region}: {len(times)} requests in {seconds} s"


def test_a_decision_of_a_person_is_recorded_and_appears_by_itself(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_up()
    visitor.create_team("Orchard")
    visitor.start_session_that_waits("Library loans")

    page.get_by_role("textbox", name="Decision").fill("Loans end on a working day")
    page.get_by_role("button", name="Record decision").press("Enter")  # the card above it may still move it

    expect(page.locator("#steering").get_by_role("status")).to_contain_text("Recorded.")
    expect(page.get_by_role("article", name="Loans end on a working day")).to_contain_text("Binding")


def test_a_form_in_a_region_that_was_just_replaced_is_sent_without_a_reload(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_up()
    visitor.create_team("Orchard")
    visitor.start_session_that_waits("Library loans")

    page.evaluate(
        """() => {
            window.isSamePage = true;
            const region = document.getElementById("steering");
            const send = () => {
                region.querySelector("textarea[name=text]").value = "Fines have a cap";
                region.querySelector("form").requestSubmit();
            };
            region.addEventListener("htmx:afterSwap", () => queueMicrotask(send), { once: true });
            region.closest("live-session").tell("steering");
        }"""
    )

    expect(page.get_by_role("article", name="Fines have a cap")).to_contain_text("Binding")
    assert page.evaluate("window.isSamePage")


def test_a_session_is_cancelled_after_asking_once(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_up()
    visitor.create_team("Orchard")
    visitor.start_session_that_waits("Library loans")

    page.locator("summary[aria-label='End or cancel']").click()
    expect(page.get_by_text("Cancel this session?")).to_be_visible()
    page.get_by_role("button", name="Cancel session").click()

    expect(page.locator(".run-title .status")).to_have_text("Cancelled")
    expect(page.get_by_text("Status: cancelled").first).to_be_visible()


@pytest.mark.nightly
def test_people_see_their_own_sessions_and_nobody_elses(finished: Finished, new_visitor: NewVisitor) -> None:
    stranger, owner = new_visitor(), new_visitor(storage_state=finished.state)
    number = finished.path.strip("/").rpartition("/")[2]

    owner.page.goto("/sessions/")
    expect(owner.page.get_by_text(f"#{number},")).to_be_visible()
    owner.page.goto(finished.path)
    expect(owner.page.locator(".run-title .meta")).to_contain_text(f"#{number}")

    stranger.sign_up()
    stranger.page.goto("/sessions/")
    expect(stranger.page.get_by_text("No sessions yet")).to_be_visible()
    for path in (finished.path, f"{finished.path}feed/", f"{finished.path}export/", finished.team_path):
        response = stranger.page.request.get(path)
        assert response.status == 404, path
    assert all(stranger.page.request.get(path).status == 404 for path in finished.artifacts.values())
