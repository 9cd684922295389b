"""People in control: gates, questions, pause, cap and failure, each answered on the page without loading it anew."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewVisitor
from tests.browser.test_every_page import HAND, serious_violations
from tests.browser.visitor import COMPLETE_MS, Visitor

VAGUE = "It should be fast and easy."
STATUS = ".run-title .status"


@pytest.fixture
def member(visitor: Visitor) -> Visitor:
    """Somebody who is about to start sessions in a team of their own."""
    visitor.sign_up()
    visitor.create_team("Orchard")
    return visitor


def stay(page: Page) -> None:
    page.evaluate("window.isSamePage = true")


def gate_card(page: Page, number: int) -> object:
    card = page.get_by_role("region", name=re.compile(f"Gate {number}:"))
    expect(card).to_be_visible(timeout=COMPLETE_MS)
    return card


def test_a_gate_appears_and_is_approved_without_a_reload(member: Visitor) -> None:
    page = member.page
    member.start_session("Library loans", gates=[1])
    stay(page)

    gate_card(page, 1)
    expect(page.locator(STATUS)).to_have_text("Waits for you")
    expect(page.locator("#needs-count .count")).to_contain_text("1")
    page.get_by_label("Feedback").fill("Keep it small")
    page.get_by_role("button", name="Approve stage 1").click()

    expect(page.locator("#answer-note")).to_contain_text("You approved gate 1.")
    expect(page.locator(".gatenote").first).to_contain_text("“Keep it small”")
    member.wait_until_complete()
    assert page.evaluate("window.isSamePage")
    expect(page.locator("#needs-count .count")).to_have_count(0)


def test_a_rejected_stage_works_another_round_and_the_other_window_sees_it(
    member: Visitor, new_visitor: NewVisitor
) -> None:
    page = member.page
    path = member.start_session("Library loans", gates=[2])
    gate_card(page, 2)
    other = new_visitor(storage_state=page.context.storage_state()).page
    other.goto(path)
    gate_card(other, 2)
    expect(other.locator("live-status")).to_have_text("Live")
    stay(other)

    page.get_by_role("button", name="Request changes").click()
    expect(page.get_by_text("Say what has to become different.")).to_be_visible()
    page.get_by_label("Feedback").fill("Use UUIDs as keys")
    page.get_by_role("checkbox", name="Backend Dev").uncheck()
    page.get_by_role("button", name="Request changes").click()

    expect(page.locator("#answer-note")).to_contain_text("You sent stage 2 back.")
    for each in (page, other):
        expect(each.locator(".gatenote").first).to_contain_text("“Use UUIDs as keys”")
        expect(each.get_by_role("article", name="DBA", exact=True)).to_contain_text("round 2")
        expect(each.get_by_role("article", name="Backend Dev", exact=True)).not_to_contain_text("round 2")
        gate_card(each, 2)
        expect(each.locator(".decision.superseded").first).to_contain_text("in its place")
    assert other.evaluate("window.isSamePage")
    member.forgive(422)


@pytest.mark.nightly
def test_of_two_who_answer_at_once_the_second_sees_what_the_first_said(
    member: Visitor, new_visitor: NewVisitor
) -> None:
    page = member.page
    path = member.start_session("Library loans", gates=[1])
    gate_card(page, 1)
    second = new_visitor(storage_state=page.context.storage_state())
    second.page.goto(path)
    gate_card(second.page, 1)
    second.page.get_by_label("Feedback").fill("My long thoughts")

    page.get_by_label("Feedback").fill("Fine by me")
    page.get_by_role("button", name="Approve stage 1").click()
    expect(page.locator("#answer-note")).to_contain_text("You approved gate 1.")
    expect(second.page.locator(".ev", has_text="approved gate 1")).to_be_visible()
    second.page.get_by_role("button", name="Request changes").click()

    note = second.page.locator("#answer-note")
    expect(note).to_contain_text("approved gate 1 before you, and said: “Fine by me”.")
    expect(note).to_contain_text("“My long thoughts”")
    second.wait_until_complete()
    expect(note).to_contain_text("“My long thoughts”")
    second.forgive(409)


def test_questions_are_answered_and_the_agent_goes_on(member: Visitor) -> None:
    page = member.page
    member.start_session("Something", brief=VAGUE, questions_wait="An hour")
    stay(page)

    card = page.locator(".gate.ask").first
    expect(card.get_by_role("heading")).to_have_text("Architect asks", timeout=COMPLETE_MS)
    expect(card.locator("count-down")).to_contain_text("in ")
    expect(page.get_by_text("Status: waiting")).to_be_visible()
    expect(card.get_by_label("Your answer")).to_be_hidden()
    card.get_by_text("Write my own answer").click()
    card.get_by_label("Your answer").fill("Librarians do")
    card.get_by_role("button", name="Send answer").click()
    expect(page.locator("#answer-note")).to_contain_text("Your answer is on its way")
    if page.locator(".gate.ask:not(.idle)").count():
        member.answer_all_questions()

    member.wait_until_complete()
    assert page.evaluate("window.isSamePage")
    page.get_by_role("navigation", name="Session views").get_by_role("link", name="Questions").click()
    expect(page.get_by_text("Librarians do").first).to_be_visible()


@pytest.mark.nightly
def test_a_session_is_paused_and_resumed(member: Visitor) -> None:
    page = member.page
    # A session whose agent waits for an answer is active for as long as the test needs.
    member.start_session("Something", brief=VAGUE, questions_wait="An hour")
    expect(page.locator(".gate.ask").first).to_be_visible(timeout=COMPLETE_MS)
    page.get_by_role("button", name="Pause").click()
    expect(page.locator(STATUS)).to_have_text("Paused")
    expect(page.locator("#stop")).to_contain_text("Paused by")
    expect(page.locator("#stop .effects")).to_contain_text("May cost")
    expect(page.locator(".gate.ask").first).to_contain_text("waits while the session is paused")

    with page.expect_navigation():
        page.locator("#stop").get_by_role("button", name="Resume").click()

    expect(page.locator(STATUS)).to_have_text("Session active…")
    member.answer_all_questions()
    member.wait_until_complete()


@pytest.mark.nightly
def test_a_cap_is_raised_and_the_session_goes_on(member: Visitor) -> None:
    page = member.page
    member.start_session_that_waits("Library loans")

    card = page.locator("#stop")
    expect(card).to_contain_text("The cap is reached")
    card.get_by_label("New cap").fill("5")
    card.get_by_role("button", name="Raise the cap and resume").click()

    member.wait_until_complete()
    expect(page.locator(".vitals")).to_contain_text("of $5.00")


def test_a_cancelled_task_fails_the_session_and_a_retry_brings_it_back_live(
    member: Visitor, new_visitor: NewVisitor
) -> None:
    page = member.page
    path = member.start_session_that_waits("Library loans")
    member.cancel_task("Architect")
    expect(page.locator(STATUS)).to_have_text("Failed")
    expect(page.locator("#stop")).to_contain_text("Architect needs a way forward")
    watcher = new_visitor(storage_state=page.context.storage_state())
    watcher.page.goto(path)
    expect(watcher.page.locator("live-status")).to_have_text("Live")
    stay(watcher.page)

    page.locator("summary[aria-label='More actions']").click()
    page.get_by_role("link", name="Name, cap and gates").click()
    page.get_by_label("Budget cap").fill("5")
    page.get_by_role("button", name="Change it").click()
    page.locator("#stop").get_by_role("button", name="Retry").click()

    watcher.wait_until_complete()
    assert watcher.page.evaluate("window.isSamePage")


@pytest.mark.nightly
def test_a_fork_starts_from_its_page_and_leads_back(member: Visitor) -> None:
    page = member.page
    path = member.start_session("Library loans", gates=[2])
    gate_card(page, 2)

    page.locator("summary[aria-label='More actions']").click()
    page.get_by_role("link", name="Fork after a stage").click()
    expect(page.locator(".effects")).to_contain_text("Architect")
    page.get_by_role("textbox", name="Decision").fill("Loans end on a working day")
    page.get_by_role("button", name="Fork and start").click()

    number = path.strip("/").rpartition("/")[2]
    expect(page.locator(".family")).to_contain_text(f"Fork of #{number} after stage 1")
    expect(page.get_by_role("article", name="Loans end on a working day")).to_be_visible()
    page.locator(".family").get_by_role("link").click()
    expect(page.locator(".family")).to_contain_text("Forked as")


@pytest.mark.nightly
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_state_of_control_is_accessible_and_fits_a_hand(new_visitor: NewVisitor, theme: str) -> None:
    visitor = new_visitor(color_scheme=theme)
    visitor.sign_up()
    visitor.create_team("Orchard")
    page = visitor.page
    at_gate = visitor.start_session("Waits at a gate", gates=[1])
    gate_card(page, 1)
    asking = visitor.start_session("Asks", brief=VAGUE, questions_wait="An hour")
    expect(page.locator(".gate.ask").first).to_be_visible(timeout=COMPLETE_MS)
    at_cap = visitor.start_session_that_waits("At the cap")
    failed = visitor.start_session_that_waits("Failed")
    visitor.cancel_task("Architect")
    expect(page.locator("#stop")).to_contain_text("needs a way forward")
    pages = [
        *("/", "/sessions/new/", at_gate, asking, f"{asking}?view=questions", at_cap, failed),
        *(f"{at_gate}fork/", f"{at_gate}change/", f"{failed}retry/"),
    ]
    violations, wide = [], []

    for path in pages:
        page.goto(path)
        violations += serious_violations(visitor, theme)
        page.set_viewport_size({"width": HAND["width"], "height": HAND["height"]})
        if page.evaluate("document.documentElement.scrollWidth") > HAND["width"]:
            wide.append(path)
        violations += serious_violations(visitor, theme)
        page.set_viewport_size({"width": 1440, "height": 900})

    assert not violations, "\n".join(violations)
    assert not wide, f"scrolls sideways: {wide}"


def test_control_works_without_script(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(java_script_enabled=False)
    page = visitor.page
    visitor.sign_up()
    visitor.create_team("Orchard")
    path = visitor.start_session("Library loans", gates=[1])
    for _ in range(60):
        page.goto(path)
        if page.get_by_role("button", name="Approve stage 1").count():
            break
        page.wait_for_timeout(250)

    page.get_by_role("button", name="Request changes").click()
    expect(page.get_by_text("Say what has to become different.")).to_be_visible()
    visitor.forgive(422)
    page.get_by_label("Feedback").fill("Fine now")
    page.get_by_role("button", name="Approve stage 1").click()

    expect(page.get_by_role("status").first).to_contain_text("You approved gate 1.")
    expect(page.locator(".gatenote").first).to_contain_text("“Fine now”")
