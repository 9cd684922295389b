"""The line to the server is cut: the page says so, keeps what it has, and catches up by itself."""

import re
import time

import psutil
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor
from tests.browser.relay import relayed
from tests.services import RunningApp


def test_a_page_without_its_server_says_so_and_catches_up(app: RunningApp, new_visitor: NewVisitor) -> None:
    with relayed(app.port) as relay:
        visitor = new_visitor(url=f"http://127.0.0.1:{relay.port}")
        page, status = visitor.page, visitor.page.locator("live-status")
        visitor.sign_up()
        visitor.create_team("Orchard")
        visitor.start_session("Library loans")
        expect(status).to_have_text("Live")

        relay.cut()

        expect(status).to_have_text(re.compile("Reconnecting|Offline"))
        expect(page.locator("#reconnect")).to_be_visible(timeout=10_000)
        expect(page.locator("#reconnect")).to_contain_text("No connection.")
        expect(page.get_by_role("heading", name="Library loans")).to_be_visible()
        time.sleep(1)  # meanwhile the session goes on

        relay.mend()

        page.get_by_role("button", name="Try now").click()
        visitor.wait_until_complete()
        expect(page.locator("#reconnect")).to_be_hidden()
        numbers = page.locator(".ev").evaluate_all("rows => rows.map(row => Number(row.dataset.seq))")
        assert numbers == list(range(len(numbers), 0, -1)), "each event once, newest first"
        visitor.leave()


@pytest.mark.nightly
def test_a_web_process_that_is_killed_comes_back_and_so_does_the_page(app: RunningApp, new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.sign_up()
    visitor.create_team("Orchard")
    visitor.start_session("Library loans")
    expect(visitor.page.locator("live-status")).to_have_text("Live")

    web = [child for child in psutil.Process(app.process.pid).children() if "daphne" in " ".join(child.cmdline())]
    assert len(web) == 1
    web[0].kill()

    visitor.wait_until_complete()
    visitor.leave()
