"""Do backlog, acceptance scenarios and charter hold what their readers need?"""

import re

from agents.checks.result import CheckResult, failed, passed
from agents.deliverable import Artifact
from agents.outline import sections_of

MAX_FINDINGS = 20
LEAST_CHARTER_SECTIONS = 5
_STORY = re.compile(r"\bstory\b|\b(?:US|ST|S)-?\d+\b", re.IGNORECASE)
_STEP = re.compile(r"\b(given|when|then)\b", re.IGNORECASE)


def check_stories(artifact: Artifact) -> list[CheckResult]:
    """Has every story a heading of its own, and under it criteria as Given, When and Then?"""
    stories = [section for section in sections_of(artifact.content) if _STORY.search(section.title)]
    results = []
    for story in stories:
        missing = {"given", "when", "then"} - {step.lower() for step in _STEP.findall(story.text)}
        if missing:
            lacks = ", ".join(sorted(missing)).capitalize()
            told = f"{story.title[:120]} has no acceptance criterion: {lacks} is missing"
            results.append(
                failed("stories", artifact.path, told, "Write it as Given … When … Then ….", line=story.line)
            )
    if not stories:
        remedy = "Give each story a heading of its own, such as “### S-1: Borrow a copy”."
        return [failed("stories", artifact.path, "Holds no story", remedy)]
    return results[:MAX_FINDINGS] or [
        passed("stories", artifact.path, f"Each of {len(stories)} stories can be accepted or refused")
    ]


def check_gherkin(artifact: Artifact) -> list[CheckResult]:
    """Is every scenario in a feature, with a When and a Then? One that names another language is not read."""
    if re.match(r"\s*#\s*language:\s*(?!en\b)", artifact.content):
        return [passed("gherkin", artifact.path, "Is in another language than English, and was not read")]
    results: list[CheckResult] = []
    scenario: tuple[str, int, set[str]] | None = None
    has_feature, scenarios, in_text = False, 0, False

    def close() -> None:
        if scenario is not None and (missing := {"when", "then"} - scenario[2]):
            told = f"“{scenario[0][:120]}” has no {' and no '.join(sorted(map(str.capitalize, missing)))}"
            results.append(failed("gherkin", artifact.path, told, "Add the step.", line=scenario[1]))

    for number, line in enumerate(artifact.content.splitlines(), start=1):
        text = line.strip()
        if text.startswith(('"""', "```")):
            in_text = not in_text
        if in_text or not text or text.startswith("#"):
            continue
        word = text.split(":", 1)[0].split(" ", 1)[0].lower()
        if text.startswith("Feature:"):
            has_feature = True
        elif text.startswith(("Scenario:", "Scenario Outline:", "Example:")):
            close()
            scenarios += 1
            scenario = (text.partition(":")[2].strip(), number, set())
            if not has_feature:
                told = "A scenario stands in no feature"
                results.append(failed("gherkin", artifact.path, told, "Begin with “Feature: …”.", line=number))
                has_feature = True
        elif scenario and word in ("given", "when", "then"):
            scenario[2].add(word)
    close()
    if not scenarios:
        return [failed("gherkin", artifact.path, "Holds no scenario", "Write “Scenario: …” with Given, When and Then.")]
    return results[:MAX_FINDINGS] or [passed("gherkin", artifact.path, f"{scenarios} scenarios with When and Then")]


def check_charter(artifact: Artifact) -> list[CheckResult]:
    """Has the charter the sections that somebody who signs it reads, each with something in it?"""
    sections = sections_of(artifact.content)
    results = []
    for place, section in enumerate(sections):
        deeper = place + 1 < len(sections) and sections[place + 1].level > section.level
        if not deeper and not section.text:
            told = f"The section “{section.title[:120]}” is empty"
            remedy = "Fill it, or take the heading out."
            results.append(failed("charter", artifact.path, told, remedy, line=section.line))
    parts = sum(section.level == 2 for section in sections)
    if parts < LEAST_CHARTER_SECTIONS:
        told = f"Has {parts} sections, at least {LEAST_CHARTER_SECTIONS} are needed"
        remedy = "Give purpose, success, people, scope, milestones, risks and assumptions a heading of level 2 each."
        results.append(failed("charter", artifact.path, told, remedy))
    return results[:MAX_FINDINGS] or [passed("charter", artifact.path, f"Has {parts} sections, none empty")]
