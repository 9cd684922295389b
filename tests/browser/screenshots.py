"""Pictures of every page, to look at: `python -m tests.browser.screenshots FOLDER`.

Starts Sage Mode on a data folder of its own, runs a session, and writes each page at 390 and 1440 px, light and dark.
`--readme FILE` also writes the picture of a running session that the README shows.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, StorageState, ViewportSize, sync_playwright

from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.visitor import Visitor
from tests.services import ROOT, RunningApp, running_app

Theme = Literal["light", "dark"]
WIDTHS = (1440, 390)
THEMES: tuple[Theme, ...] = ("light", "dark")
FEATURE, BRIEF = "Passwordless sign-in", ROOT / "tests" / "briefs" / "passwordless-sign-in.md"
SECONDS_PER_TASK = "9"
README_SIZE: ViewportSize = {"width": 1440, "height": 940}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--readme", type=Path)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with running_app(SIMULATOR_LATENCY=SECONDS_PER_TASK) as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        take_all(app, browser, asked.folder, asked.readme)
        browser.close()


def take_all(app: RunningApp, browser: Browser, folder: Path, readme: Path | None) -> None:
    """Walk through the pages as a newcomer does, then take every page in every width and theme."""
    context = browser.new_context(base_url=app.url, viewport=README_SIZE)
    visitor = Visitor(context.new_page())
    visitor.sign_up("demo")
    team = visitor.create_team("Orchard")
    session = visitor.start_session(FEATURE, brief=BRIEF.read_text())
    visitor.page.wait_for_selector("#agent-backend_dev[data-status=running]")
    visitor.page.wait_for_timeout(2500)  # so that the agents have written something
    if readme is not None:
        readme.parent.mkdir(parents=True, exist_ok=True)
        visitor.page.screenshot(path=readme)
    running = {"session-running": session, "dashboard-running": "/"}
    take(browser, app, folder, running, context.storage_state())
    visitor.page.goto(session)
    visitor.wait_until_complete()
    files = visitor.artifact_paths()
    pages = {
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
        "new-team": "/teams/new/",
        "refused": "/sessions/999999/",
    }
    take(browser, app, folder, pages, context.storage_state())
    take(browser, app, folder, {"login": "/login/", "signup": "/signup/"}, None)
    newcomer = browser.new_context(base_url=app.url, viewport=README_SIZE)
    first_visit = Visitor(newcomer.new_page())
    first_visit.sign_up("newcomer")
    take(browser, app, folder, {"dashboard-empty": "/", "sessions-empty": "/sessions/"}, newcomer.storage_state())


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
