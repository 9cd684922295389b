"""A real browser in front of a real Sage Mode: server, worker, reconciler and database of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

from tests.browser.visitor import Visitor
from tests.services import RunningApp, running_app

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A page that is right in the end is right: the other half of the suite shares these two cores.
PATIENCE_MS = 15_000
expect.set_options(timeout=PATIENCE_MS)
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
NewVisitor = Callable[..., Visitor]


@pytest.fixture(scope="package")
def app() -> Iterator[RunningApp]:
    with running_app(is_measured=True, SIMULATOR_LATENCY="0.6") as app:
        yield app


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    assert Path(CHROMIUM).exists(), f"{CHROMIUM} is missing: `make test` installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def new_visitor(app: RunningApp, chromium: Browser) -> Iterator[NewVisitor]:
    """Opens browsers of people who do not know each other; what a page complains of fails the test in the end."""
    opened: list[Visitor] = []

    def make(*, url: str = "", **options: Any) -> Visitor:
        context = chromium.new_context(base_url=url or app.url, **({"viewport": DESKTOP} | options))
        context.set_default_timeout(PATIENCE_MS)
        visitor = Visitor(context.new_page())
        opened.append(visitor)
        return visitor

    yield make
    for visitor in opened:
        visitor.page.context.close()
    complaints = [complaint for visitor in opened for complaint in visitor.complaints]
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def visitor(new_visitor: NewVisitor) -> Visitor:
    return new_visitor()


@dataclass(frozen=True)
class Finished:
    """A session that is complete, and a signed-in browser's memory that may see it."""

    path: str
    artifacts: dict[str, str]
    team_path: str
    call_path: str  # of one model call
    state: Any


@pytest.fixture(scope="package")
def finished(app: RunningApp, chromium: Browser) -> Finished:
    """One finished session for everything that only looks."""
    context = chromium.new_context(base_url=app.url, viewport=DESKTOP)
    visitor = Visitor(context.new_page())
    visitor.sign_up()
    team_path = visitor.create_team("Orchard")
    path = visitor.start_session("Library loans", brief="- A book is lent once\n- Members return books")
    visitor.wait_until_complete()
    artifacts = visitor.artifact_paths()
    visitor.page.goto(f"{path}?view=calls")
    call_path = visitor.page.locator(".calls a.title").first.get_attribute("href") or ""
    state = context.storage_state()
    context.close()
    return Finished(path, artifacts, team_path, call_path, state)
