"""Every page, in both themes, on a desk and in a hand: accessible, quiet, and no wider than the screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Finished, NewVisitor
from tests.browser.visitor import Visitor
from tests.services import running_app

SERIOUS = ("serious", "critical")
HAND = {"width": 390, "height": 844}


def pages_of(finished: Finished) -> Iterator[str]:
    """The address of each kind of page that somebody who is signed in can open."""
    yield from (
        "/",
        "/sessions/",
        "/sessions/?q=nothing-like-this",
        "/sessions/new/",
        "/teams/new/",
        "/operations/",
        "/usage/",
        finished.team_path,
        f"{finished.team_path}models/",
        finished.call_path,
    )
    yield from (f"{finished.path}?view={view}" for view in ("decisions", "artifacts", "calls", "brief"))
    files = ("docs/architecture.md", "domain.json", "design/wireframes.html", "db/schema.sql")
    yield from (finished.artifacts[path] for path in files)


def serious_violations(visitor: Visitor, theme: str = "light") -> list[str]:
    """What axe objects to on the page that is open. Of the rules only one looks at colours: the dark theme's."""
    rules = {"runOnly": ["color-contrast"]} if theme == "dark" else {}
    found = Axe().run(visitor.page, options={"resultTypes": ["violations"]} | rules).response["violations"]
    return [
        f"{visitor.page.url}: {violation['id']}: {node['html'][:200]}"
        for violation in found
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.nightly)])
def test_axe_finds_nothing_serious(finished: Finished, new_visitor: NewVisitor, theme: str) -> None:
    stranger = new_visitor(color_scheme=theme)
    member = new_visitor(color_scheme=theme, storage_state=finished.state)
    violations = []

    for path in ("/login/", "/signup/", "/login/?next=/sessions/"):
        stranger.page.goto(path)
        violations += serious_violations(stranger, theme)
    stranger.page.get_by_role("button", name="Sign in").click()
    violations += serious_violations(stranger, theme)
    for path in pages_of(finished):
        member.page.goto(path)
        violations += serious_violations(member, theme)

    assert not violations, "\n".join(violations)


@pytest.mark.nightly
def test_axe_finds_nothing_serious_while_agents_work(new_visitor: NewVisitor) -> None:
    with running_app(SIMULATOR_LATENCY="60") as slow:
        visitor = new_visitor(url=slow.url)
        visitor.sign_up()
        assert not serious_violations(visitor)
        visitor.create_team("Orchard")
        visitor.start_session("Library loans")
        expect(visitor.page.locator(".agent[data-status=running]")).to_be_visible()

        assert not serious_violations(visitor)
        visitor.leave()


def test_axe_finds_nothing_serious_on_a_refusal(finished: Finished, new_visitor: NewVisitor) -> None:
    visitor = new_visitor(storage_state=finished.state)
    visitor.page.goto("/sessions/999999/")

    assert not serious_violations(visitor)
    visitor.complaints = [each for each in visitor.complaints if "404" not in each]


def test_no_page_scrolls_sideways_in_a_hand(finished: Finished, new_visitor: NewVisitor) -> None:
    visitor = new_visitor(viewport=HAND, storage_state=finished.state, has_touch=True, is_mobile=True)

    for path in pages_of(finished):
        visitor.page.goto(path)
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= HAND["width"], path


def test_the_theme_switch_is_remembered(finished: Finished, new_visitor: NewVisitor) -> None:
    visitor = new_visitor(color_scheme="light", storage_state=finished.state)
    page = visitor.page
    page.goto("/")

    page.get_by_role("button", name="Change colour theme").click()
    page.goto("/sessions/")

    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_the_keyboard_reaches_the_content_and_closes_menus(finished: Finished, new_visitor: NewVisitor) -> None:
    page = new_visitor(storage_state=finished.state).page
    page.goto("/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()

    account = page.locator("summary", has=page.locator(".avatar.human"))
    account.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(account).to_be_focused()
    expect(page.get_by_role("button", name="Sign out").first).to_be_hidden()


def test_model_made_html_runs_nothing(finished: Finished, new_visitor: NewVisitor) -> None:
    page = new_visitor(storage_state=finished.state).page

    page.goto(finished.artifacts["design/wireframes.html"])

    frame = page.locator("iframe")
    expect(frame).to_have_attribute("sandbox", "")
    expect(page.frame_locator("iframe").locator("body")).not_to_be_empty()
    address = frame.get_attribute("src") or ""
    assert page.request.get(address).headers["content-security-policy"].startswith("sandbox; default-src 'none'")


def test_everything_but_live_updates_works_without_script(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(java_script_enabled=False)
    page = visitor.page
    visitor.sign_up()
    visitor.create_team("Orchard")
    visitor.start_session("Library loans", cap="0.000001")
    expect(page.get_by_role("button", name="Change colour theme")).to_be_hidden()

    page.get_by_role("textbox", name="Decision").fill("Loans end on a working day")
    page.get_by_role("button", name="Record decision").click()

    expect(page.get_by_role("status").first).to_contain_text("Recorded.")
    expect(page.get_by_role("article", name="Loans end on a working day")).to_be_visible()
    page.get_by_role("radio", name="Decisions").check(force=True)
    expect(page.locator(".ev:visible")).to_have_count(1)
