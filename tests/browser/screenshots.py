"""Pictures of every page, to look at: `python -m tests.browser.screenshots FOLDER`.

Starts Sage Mode on a data folder of its own, runs a session, and writes each page at 390 and 1440 px, light and dark.
`--readme FILE` also writes the picture of a running session that the README shows.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, StorageState, ViewportSize, sync_playwright

from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.visitor import Visitor
from tests.services import ROOT, RunningApp, running_app
from tests.wire import WireProcess

Theme = Literal["light", "dark"]
WIDTHS = (1440, 390)
THEMES: tuple[Theme, ...] = ("light", "dark")
FEATURE, BRIEF = "Passwordless sign-in", ROOT / "tests" / "briefs" / "passwordless-sign-in.md"
SECONDS_PER_TASK = "9"
MODEL, FALLBACK = "openai:gpt-5.2", "anthropic:claude-sonnet-4-5"
README_SIZE: ViewportSize = {"width": 1440, "height": 940}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--readme", type=Path)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with WireProcess() as wire, running_app(**paid_models(wire)) as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        take_all(app, browser, wire, asked.folder, asked.readme)
        browser.close()


def paid_models(wire: WireProcess) -> dict[str, str]:
    """Return the settings of a house that has the simulator and two real providers, whom `wire` plays."""
    return {
        "SIMULATOR_LATENCY": SECONDS_PER_TASK,
        "OPENAI_BASE_URL": wire.openai_url,
        "OPENAI_API_KEY": "sk-of-the-pictures-0001",
        "ANTHROPIC_BASE_URL": wire.anthropic_url,
        "ANTHROPIC_API_KEY": "sk-ant-of-the-pictures-0001",
        "SAGE_FALLBACK_MODELS": FALLBACK,
    }


def take_all(app: RunningApp, browser: Browser, wire: WireProcess, folder: Path, readme: Path | None) -> None:
    """Walk through the pages as a newcomer does, then take every page in every width and theme."""
    context = browser.new_context(base_url=app.url, viewport=README_SIZE)
    visitor = Visitor(context.new_page())
    visitor.sign_up("demo")
    team = visitor.create_team("Orchard")
    session = visitor.start_session(FEATURE, brief=BRIEF.read_text())
    visitor.page.wait_for_selector("article[data-agent=backend_dev][data-status=running]")
    visitor.page.wait_for_timeout(2500)  # so that the agents have written something
    if readme is not None:
        readme.parent.mkdir(parents=True, exist_ok=True)
        visitor.page.screenshot(path=readme)
    take(browser, app, folder, states_of_control(visitor), context.storage_state())
    running = {"session-running": session, "dashboard-running": "/"}
    take(browser, app, folder, running, context.storage_state())
    visitor.page.goto(session)
    visitor.wait_until_complete()
    files = visitor.artifact_paths()
    pages = {
        **calls_and_costs(app, visitor, wire),
        "dashboard": "/",
        "sessions": "/sessions/",
        "new-session": "/sessions/new/",
        "session": session,
        "session-artifacts": f"{session}?view=artifacts",
        "session-brief": f"{session}?view=brief",
        "artifact-text": files["docs/architecture.md"],
        "artifact-page": files["design/wireframes.html"],
        "artifact-source": files["db/schema.sql"],
        "team": team,
        "team-models": f"{team}models/",
        "new-team": "/teams/new/",
        "refused": "/sessions/999999/",
    }
    take(browser, app, folder, pages, context.storage_state())
    take(browser, app, folder, {"login": "/login/", "signup": "/signup/"}, None)
    newcomer = browser.new_context(base_url=app.url, viewport=README_SIZE)
    first_visit = Visitor(newcomer.new_page())
    first_visit.sign_up("newcomer")
    take(browser, app, folder, {"dashboard-empty": "/", "sessions-empty": "/sessions/"}, newcomer.storage_state())


def states_of_control(visitor: Visitor) -> dict[str, str]:
    """Bring sessions to where a person is asked, one in each state; return their pages by name."""
    visitor.page.context.set_default_timeout(120_000)
    at_gate = visitor.start_session("Library loans", brief=BRIEF.read_text(), cap="8.00", gates=[1, 3])
    asking = visitor.start_session("A quick tool", brief="It should be fast.", questions_wait="An hour")
    at_cap = visitor.start_session_that_waits("Invoice import")
    failed = visitor.start_session_that_waits("Import of contacts")
    visitor.cancel_task("Architect")
    visitor.page.locator("#stop.err").wait_for()
    visitor.page.goto(asking)
    visitor.page.locator(".gate.ask").first.wait_for()
    visitor.page.goto(at_gate)
    visitor.page.get_by_label("Feedback").fill("Keep passwords for service accounts.")
    visitor.page.get_by_role("button", name="Request changes").click()
    visitor.page.locator(".lane .chip", has_text="Round 2").first.wait_for()
    visitor.page.get_by_role("button", name="Approve stage 1").wait_for()
    return {
        "session-gate": at_gate,
        "session-question": asking,
        "session-cap": at_cap,
        "session-failed": failed,
        "session-fork": f"{at_gate}fork/",
        "session-change": f"{at_gate}change/",
        "session-retry": f"{failed}retry/",
        "dashboard-needs": "/",
    }


def calls_and_costs(app: RunningApp, visitor: Visitor, wire: WireProcess) -> dict[str, str]:
    """Run a session on paid models, one of which fails now and then, and replay it; return what shows the calls."""
    page = visitor.page
    wire.change(always="server_error", model=MODEL.partition(":")[2], roles=["dba"])
    wire.change(then=["ok", "rate_limited_seconds"])  # of all others
    page.goto("/sessions/new/")
    page.get_by_role("textbox", name="Name", exact=True).fill("Sign-in by link")
    page.get_by_role("textbox", name="Brief").fill(BRIEF.read_text())
    page.get_by_role("radio", name=re.compile("Another model")).check()
    page.get_by_label(re.compile("Its name")).fill(MODEL)
    page.get_by_role("button", name="Start Hyperfocus Session").click()
    visitor.wait_until_complete()
    paid = visitor.path
    page.goto(f"{paid}?view=calls")
    call = page.get_by_role("region", name="LLM calls").locator("tbody a").first.get_attribute("href") or ""
    command = [sys.executable, "manage.py", "replay_session", paid.strip("/").split("/")[-1]]
    subprocess.run(command, cwd=ROOT, env=app.environment(), check=True)
    page.goto("/sessions/")
    replay = page.get_by_role("link", name=re.compile("Sign-in by link")).first.get_attribute("href") or ""
    return {
        "session-calls": f"{paid}?view=calls",
        "session-paid": paid,
        "session-replay": replay,
        "call": call,
        "operations": "/operations/",
        "usage": "/usage/",
    }


def take(browser: Browser, app: RunningApp, folder: Path, pages: dict[str, str], state: StorageState | None) -> None:
    for width in WIDTHS:
        for theme in THEMES:
            size: ViewportSize = {"width": width, "height": 900}
            context = browser.new_context(base_url=app.url, viewport=size, color_scheme=theme, storage_state=state)
            page = context.new_page()
            for name, path in pages.items():
                page.goto(path)
                page.wait_for_timeout(150)
                page.screenshot(path=folder / f"{name}-{width}-{theme}.png", full_page=True)
            context.close()


if __name__ == "__main__":
    main()
