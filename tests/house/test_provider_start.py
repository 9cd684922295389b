"""`manage.py start` asks the model providers before anything else starts."""

from __future__ import annotations

import json
import urllib.request

import pytest

from tests.services import free_port, running_app
from tests.wire import WireServer


def nowhere() -> str:
    return f"http://127.0.0.1:{free_port()}/v1"


def test_a_start_without_the_provider_it_requires_is_refused_with_the_reason():
    with running_app(ready=False, SAGE_REQUIRE_PROVIDER="on", OPENAI_BASE_URL=nowhere()) as app:
        assert app.process.wait(90) == 1

        said = app.output()
        assert "OpenAI" in said
        assert "No model provider answers (see above), and SAGE_REQUIRE_PROVIDER is on." in said
        assert "Starting web" not in said
        assert "127.0.0.1" not in said.replace(app.url, "")


@pytest.mark.nightly
def test_a_provider_that_does_not_answer_is_one_line_at_the_start_and_shown_by_health():
    with running_app(OPENAI_BASE_URL=nowhere()) as app:
        [line] = [line for line in app.output().splitlines() if "OpenAI" in line]
        assert "Sessions on OpenAI wait, or go on with a fallback model." in line
        with urllib.request.urlopen(f"{app.url}/health", timeout=5) as answer:
            told = json.load(answer)["checks"]["providers"]

        assert told["openai"]["status"] == "unhealthy"
        assert told["simulator"]["status"] == "healthy"


@pytest.mark.nightly
def test_a_required_provider_that_answers_is_no_word_worth(wire: WireServer):
    with running_app(SAGE_REQUIRE_PROVIDER="on", ANTHROPIC_BASE_URL=wire.anthropic_url) as app:
        assert "Anthropic" not in app.output()
        with urllib.request.urlopen(f"{app.url}/health", timeout=5) as answer:
            told = json.load(answer)["checks"]["providers"]

    assert told["anthropic"]["status"] == "healthy"
    assert {seen.path.partition("?")[0] for seen in wire.seen} == {"/v1/models"}
