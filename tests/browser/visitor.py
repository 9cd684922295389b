"""A person at a browser: the acts that several tests begin with, and what the pages complain of meanwhile."""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, expect

PASSWORD = "seven quiet leaves"
COMPLETE_MS = 30_000
numbers = itertools.count(1)


class Visitor:
    """One browser with one page. `complaints` are errors of scripts and of the content security policy."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._listen)
        page.on("pageerror", self._hear)

    def sign_up(self, username: str = "") -> str:
        """Make an account and land on the dashboard; return the username."""
        username = username or f"visitor-{os.getpid()}-{next(numbers)}"
        self.page.goto("/signup/")
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("E-mail").fill(f"{username}@example.org")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Create the account").click()
        expect(self.page.get_by_role("heading", name="Sage Mode Dashboard")).to_be_visible()
        return username

    def create_team(self, name: str) -> str:
        """Create a shared team and go to work in it; return the address of its page."""
        self.page.goto("/teams/new/")
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_role("button", name="Create the team").click()
        expect(self.page.get_by_role("heading", name=f"{name} (shared)")).to_be_visible()
        path = self.path
        self.page.get_by_role("link", name="Work in this team").click()
        return path

    def start_session(
        self, feature: str, *, brief: str = "", cap: str = "", gates: Sequence[int] = (), questions_wait: str = ""
    ) -> str:
        """Start a session in the chosen team; return the address of its page, which is then open."""
        if brief or cap or gates or questions_wait:
            self.page.goto("/sessions/new/")
            self.page.get_by_role("textbox", name="Name").fill(feature)
            self.page.get_by_role("textbox", name="Brief").fill(brief)
            self.page.get_by_role("textbox", name="Budget cap").fill(cap)
            for number in gates:
                self.page.get_by_role("switch", name=f"Gate after stage {number}").check()
            if questions_wait:
                self.page.get_by_label("Questions wait").select_option(label=questions_wait)
        else:
            self.page.goto("/")
            self.page.get_by_placeholder("Feature name").fill(feature)
        self.page.get_by_role("button", name="Start Hyperfocus Session").click()
        expect(self.page.get_by_role("heading", name=feature, level=1)).to_be_visible()
        return self.path

    def start_session_that_waits(self, feature: str) -> str:
        """Start a session that pauses before its first call, because its cap is too low for any."""
        path = self.start_session(feature, cap="0.000001")
        expect(self.page.locator(".run-title .status")).to_have_text("Paused at the cap")
        return path

    def cancel_task(self, agent: str) -> None:
        """Cancel an agent's task from the menu of its card."""
        card = self.page.get_by_role("article", name=agent, exact=True)
        card.get_by_label(f"Act on {agent}").click()
        card.get_by_role("button", name="Cancel task").click()

    def answer_all_questions(self) -> int:
        """Take the default of every question that is open; return how many there were."""
        cards = self.page.locator(".gate.ask:not(.idle)")
        expect(cards.first).to_be_visible(timeout=COMPLETE_MS)
        number = cards.count()
        for _ in range(number):
            left = cards.count()
            cards.first.get_by_role("button", name="Send answer").click()
            expect(cards).to_have_count(left - 1)
        return number

    def wait_until_complete(self) -> None:
        """Wait, without loading the page again, until it says of all seven agents that they are complete."""
        expect(self.page.get_by_text("Status: completed")).to_have_count(7, timeout=COMPLETE_MS)
        expect(self.page.locator(".run-title .status")).to_have_text("Completed", timeout=COMPLETE_MS)

    def artifact_paths(self) -> dict[str, str]:
        """The addresses of the session's files by their paths; goes to the tab that lists them."""
        self.page.get_by_role("navigation", name="Session views").get_by_role("link", name="Artifacts").click()
        links = self.page.get_by_role("table").get_by_role("link").all()
        return {link.inner_text(): link.get_attribute("href") or "" for link in links}

    def leave(self) -> None:
        """Close the page and forget what it complained of: its connections were cut on purpose."""
        self.page.close()
        self.complaints.clear()

    def forgive(self, status: int) -> None:
        """Forget that the browser complained of answers with this status: they were provoked."""
        self.complaints = [complaint for complaint in self.complaints if f"status of {status}" not in complaint]

    @property
    def path(self) -> str:
        """The address of the open page without its server."""
        return urlsplit(self.page.url).path

    def _listen(self, message: ConsoleMessage) -> None:
        # A region's refresh gives way to the answer that its card sends; htmx tells of that as of an error.
        gave_way = message.text.startswith(("htmx:afterRequest", "htmx:sendAbort"))
        if message.type == "error" and not gave_way:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _hear(self, error: Error) -> None:
        self.complaints.append(f"{self.page.url}: {error}")
