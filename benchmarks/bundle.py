"""What a whole bundle costs: processor seconds of all seven roles and of all checks, brief by brief.

Run by itself: `python -m benchmarks.bundle`; needs no database and no network.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from itertools import combinations

MOST_SECONDS = 2.0
MOST_SHARED = 0.40


def main() -> None:
    """Print seconds, lines and checks for each brief, then the slowest and the pair that shares most lines."""
    from agents.brief.understanding import _understand
    from agents.checks import check_deliverable
    from agents.checks.bundle import bundle_of
    from agents.checks.contract import check_bundle
    from agents.roles import get_role
    from agents.tests.factories import BRIEFS, run_session

    run_session("Warm up.")
    lines: dict[str, Counter[str]] = {}
    slowest = ("", 0.0)
    print(f"{'Brief':32} {'files':>6} {'lines':>6} {'write s':>8} {'check s':>8} {'findings':>9}")
    for name, brief in BRIEFS.items():
        _understand.cache_clear()
        began = time.process_time()
        session = run_session(brief, feature_name=name.replace("-", " ").capitalize())
        written = time.process_time() - began
        began = time.process_time()
        results = [r for role, work in session.items() for r in check_deliverable(get_role(role), work)]
        results += check_bundle(bundle_of(session, feature_name=name, brief=brief))
        checked = time.process_time() - began
        artifacts = [artifact for work in session.values() for artifact in work.artifacts]
        lines[name] = Counter(
            line.strip() for artifact in artifacts for line in artifact.content.splitlines() if line.strip()
        )
        findings = sum(result.status != "passed" for result in results)
        total = lines[name].total()
        print(f"{name:32} {len(artifacts):6} {total:6} {written:8.3f} {checked:8.3f} {findings:9}")
        slowest = max(slowest, (name, written), key=lambda entry: entry[1])
    shares = {
        pair: 2 * (lines[pair[0]] & lines[pair[1]]).total() / (lines[pair[0]].total() + lines[pair[1]].total())
        for pair in combinations(lines, 2)
    }
    worst = max(shares, key=lambda pair: shares[pair])
    mean = sum(shares.values()) / len(shares)
    print(f"slowest to write: {slowest[0]}, {slowest[1]:.3f} s of CPU (at most {MOST_SECONDS:.0f})")
    print(
        f"most alike of {len(shares)} pairs: {worst[0]} and {worst[1]}, {shares[worst]:.1%} (at most {MOST_SHARED:.0%})"
    )
    print(f"mean over all pairs: {mean:.1%}")


if __name__ == "__main__":
    os.environ.setdefault("ENVIRONMENT", "testing")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sagemode.settings")
    import django

    django.setup()
    main()
