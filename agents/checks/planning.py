"""Do backlog, acceptance scenarios and charter hold what their readers need?"""

import re
from collections.abc import Iterator

from agents.checks.result import CheckResult, failed, passed
from agents.deliverable import Artifact

MAX_FINDINGS = 20
LEAST_CHARTER_SECTIONS = 5
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_STORY = re.compile(r"\bstory\b|\b(?:US|ST|S)-?\d+\b", re.IGNORECASE)
_STEP = re.compile(r"\b(given|when|then)\b", re.IGNORECASE)


def sections_of(markdown: str) -> Iterator[tuple[int, str, int, list[str]]]:
    """Yield level, title, line and the lines of each section, subsections apart; headings in code are none."""
    found: tuple[int, str, int, list[str]] | None = None
    fenced = False
    for number, line in enumerate(markdown.splitlines(), start=1):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        heading = None if fenced else _HEADING.match(line)
        if heading:
            if found:
                yield found
            found = (len(heading[1]), heading[2], number, [])
        elif found:
            found[3].append(line)
    if found:
        yield found


def check_stories(artifact: Artifact) -> list[CheckResult]:
    """Has every story a heading of its own, and under it criteria as Given, When and Then?"""
    stories = [section for section in sections_of(artifact.content) if _STORY.match(section[1])]
    results = []
    for _, title, line, lines in stories:
        missing = {"given", "when", "then"} - {step.lower() for step in _STEP.findall("\n".join(lines))}
        if missing:
            lacks = ", ".join(sorted(missing)).capitalize()
            told = f"{title[:120]} has no acceptance criterion: {lacks} is missing"
            results.append(failed("stories", artifact.path, told, "Write it as Given … When … Then ….", line=line))
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
    sections = list(sections_of(artifact.content))
    results = []
    for place, (level, title, line, lines) in enumerate(sections):
        deeper = place + 1 < len(sections) and sections[place + 1][0] > level
        if not deeper and not any(text.strip() for text in lines):
            told = f"The section “{title[:120]}” is empty"
            results.append(failed("charter", artifact.path, told, "Fill it, or take the heading out.", line=line))
    parts = sum(1 for level, *_ in sections if level == 2)
    if parts < LEAST_CHARTER_SECTIONS:
        told = f"Has {parts} sections, at least {LEAST_CHARTER_SECTIONS} are needed"
        remedy = "Give purpose, success, people, scope, milestones, risks and assumptions a heading of level 2 each."
        results.append(failed("charter", artifact.path, told, remedy))
    return results[:MAX_FINDINGS] or [passed("charter", artifact.path, f"Has {parts} sections, none empty")]
