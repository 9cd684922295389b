"""Model calls on the page: listed as they end, narrowed, and one of them read."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Finished, NewVisitor
from tests.browser.visitor import Visitor


def test_calls_appear_as_they_end_and_one_is_read(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_up()
    visitor.create_team("Orchard")
    path = visitor.start_session("Library loans", brief="- A book is lent once", gates=[1])
    page.goto(f"{path}?view=calls#view")
    page.evaluate("window.isSamePage = true")
    calls = page.get_by_role("region", name="LLM calls")
    rows = calls.locator("tbody tr")
    page.get_by_role("button", name="Approve stage 1").click()

    visitor.wait_until_complete()

    expect(rows).to_have_count(7)
    expect(page.get_by_role("navigation", name="Session views")).to_contain_text("LLM calls 7")
    assert page.evaluate("window.isSamePage")
    calls.get_by_label("Agent").select_option(label="DBA")
    calls.get_by_role("button", name="Filter").click()
    expect(rows).to_have_count(1)
    rows.get_by_role("link", name="DBA").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("DBA: first answer")
    expect(page.get_by_role("region", name="Answer", exact=True).last).to_contain_text('"summary"')
    page.get_by_text("system", exact=True).click()
    expect(page.get_by_role("region", name="System prompt")).to_be_visible()


def test_another_model_is_named_where_it_is_chosen(finished: Finished, new_visitor: NewVisitor) -> None:
    visitor = new_visitor(storage_state=finished.state)
    page = visitor.page
    page.goto("/sessions/new/")
    name = page.get_by_label(re.compile("Its name"))
    expect(name).to_be_hidden()

    page.get_by_role("radio", name=re.compile("Another model")).check()
    name.fill("nowhere:x")
    page.get_by_role("textbox", name="Name", exact=True).fill("Kept name")
    page.get_by_role("button", name="Start Hyperfocus Session").click()

    expect(page.locator("#models .error")).to_contain_text("nowhere:x")
    expect(name).to_have_value("nowhere:x")
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_value("Kept name")
    visitor.forgive(422)


def test_operations_says_how_it_is(finished: Finished, new_visitor: NewVisitor) -> None:
    page = new_visitor(storage_state=finished.state).page
    page.goto("/")

    page.get_by_role("link", name="Operations").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Work flows")
    expect(page.get_by_role("article").filter(has_text="Simulator")).to_contain_text("Always on")
