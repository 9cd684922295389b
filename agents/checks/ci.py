"""Is a CI workflow one that runs? By the structure of GitHub's workflow files, or the jobs of GitLab's."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from agents.checks.result import CheckResult, failed, passed, warned
from agents.checks.yaml_text import read_yaml
from agents.deliverable import Artifact

MAX_FINDINGS = 20
_TOP = frozenset("name run-name on permissions env defaults concurrency jobs".split())
_JOB = frozenset(
    "name permissions needs if runs-on environment concurrency outputs env defaults steps timeout-minutes strategy "
    "continue-on-error container services uses with secrets".split()
)
_STEP = frozenset("id if name uses run working-directory shell with env continue-on-error timeout-minutes".split())
_GITLAB = frozenset(
    "stages image services variables before_script after_script cache include default workflow pages spec".split()
)
_PINNED = re.compile(r"(\./|docker://|[\w.-]+/[\w./-]+@[\w./-]+\Z)")

Finding = tuple[list[Any], str, str, bool]


def check_ci(artifact: Artifact) -> list[CheckResult]:
    """Has it jobs with steps that do something, in an order that exists?"""
    try:
        document = read_yaml(artifact.content)
    except (yaml.YAMLError, ValueError, RecursionError):
        return []  # the yaml check says so, with the line
    root = document.value
    if not isinstance(root, dict):
        return [failed("ci", artifact.path, "Holds no jobs", "Write a mapping with jobs.", line=1)]
    findings = _github(root) if "jobs" in root or not _looks_like_gitlab(root) else _gitlab(root)
    found = sorted(findings, key=lambda each: each[3])
    if not found:
        return [passed("ci", artifact.path, "Every job has steps that do something")]
    return [
        (warned if is_warning else failed)("ci", artifact.path, message[:400], remedy, line=document.line_of(path))
        for path, message, remedy, is_warning in found[:MAX_FINDINGS]
    ]


def _looks_like_gitlab(root: dict[Any, Any]) -> bool:
    return any(isinstance(job, dict) and ("script" in job or "extends" in job) for job in root.values())


def _gitlab(root: dict[Any, Any]) -> Iterator[Finding]:
    stages = root.get("stages")
    for name, job in root.items():
        if name in _GITLAB or str(name).startswith(".") or not isinstance(job, dict):
            continue
        if not any(key in job for key in ("script", "extends", "trigger", "run")):
            yield [name], f"The job {name} runs nothing", "Give it a script.", False
        if isinstance(stages, list) and "stage" in job and job["stage"] not in [*stages, ".pre", ".post"]:
            yield [name, "stage"], f"{str(job['stage'])[:60]} is no stage", "Add it to stages.", False


def _github(root: dict[Any, Any]) -> Iterator[Finding]:
    # YAML 1.1 reads the key `on` as true.
    known = {"on" if key is True else key for key in root}
    for key in sorted(str(key) for key in known - _TOP):
        yield [key], f"“{key[:60]}” is no part of a workflow", "Correct the name, or remove it.", False
    if "on" not in known:
        yield [], "Nothing starts the workflow", "Add on: with push and pull_request.", False
    jobs = root.get("jobs")
    if not isinstance(jobs, dict) or not jobs:
        yield ["jobs"], "There is no job", "Write at least one job with steps.", False
        return
    needs = {
        name: [each for each in _listed(job.get("needs")) if isinstance(each, str)]
        for name, job in jobs.items()
        if isinstance(job, dict)
    }
    for name, job in jobs.items():
        path = ["jobs", name]
        if not isinstance(job, dict):
            yield path, f"The job {name} is no mapping", "Give it runs-on and steps.", False
            continue
        yield from _job(path, job, jobs)
        if _needs_itself(name, needs):
            yield [*path, "needs"], f"{name} waits for itself", "Break the circle of needs.", False


def _job(path: list[Any], job: dict[Any, Any], jobs: dict[Any, Any]) -> Iterator[Finding]:
    for key in job:
        if key not in _JOB:
            yield [*path, key], f"“{str(key)[:60]}” is no part of a job", "Correct the name, or remove it.", False
    for each in _listed(job.get("needs")):
        if not isinstance(each, str) or each not in jobs:
            yield [*path, "needs"], f"It needs {str(each)[:60]}, which is no job", "Correct the name.", False
    if "uses" in job:
        return
    if not job.get("runs-on"):
        yield path, f"The job {path[-1]} says not where it runs", "Add runs-on: ubuntu-24.04.", False
    steps = job.get("steps")
    if not isinstance(steps, list) or not steps:
        yield path, f"The job {path[-1]} has no steps", "Add steps with run or uses.", False
        return
    for position, step in enumerate(steps):
        where = [*path, "steps", position]
        if not isinstance(step, dict) or ("run" in step) == ("uses" in step):
            yield where, "A step has neither run nor uses, or both", "Give each step one of them.", False
            continue
        for key in step:
            if key not in _STEP:
                yield [*where, key], f"“{str(key)[:60]}” is no part of a step", "Correct the name.", False
        if "uses" in step and not _PINNED.match(str(step["uses"])[:300]):
            told = f"{str(step['uses'])[:80]} names no version"
            yield [*where, "uses"], told, "Write owner/action@version.", False
        if "run" in step and not str(step["run"] or "").strip():
            yield [*where, "run"], "A step runs nothing", "Write the command.", False


def _needs_itself(name: Any, needs: dict[Any, list[str]]) -> bool:
    seen: set[str] = set()
    waiting = list(needs.get(name, ()))
    while waiting:
        each = waiting.pop()
        if each == name:
            return True
        if each not in seen:
            seen.add(each)
            waiting += needs.get(each, ())
    return False


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if isinstance(value, str) else []
