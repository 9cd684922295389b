"""The wire servers themselves: what they answer is what the rest of the tests build on."""

import json

import aiohttp
import pytest

from agents.deliverable import parse_deliverable
from agents.prompts import build_request, system_prompt, user_prompt
from agents.tests.factories import BRIEFS, make_assignment
from agents.tests.teamwork import run_workflow
from tests.services import eventually
from tests.wire import OUTCOMES, UPSTREAM_WORDS, Script, WireProcess
from tests.wire.answers import answer_to, assignment_in

VERSION = {"anthropic-version": "2023-06-01"}


def request_to(protocol: str, *, stream: bool = True, model: str = "large-1", **more) -> dict:
    request = build_request(make_assignment(), model="anthropic:x", max_tokens=4000, temperature=0.5)
    messages = [{"role": role, "content": text} for role, text in request.messages]
    if protocol == "anthropic":
        body = {"system": request.system, "messages": messages}
    else:
        body = {"messages": [{"role": "system", "content": request.system}, *messages]}
        body |= {"stream_options": {"include_usage": True}} if stream else {}
    return {"model": model, "max_tokens": 4000, "stream": stream, **body, **more}


async def ask(wire, protocol: str, **more) -> tuple[int, str]:
    url = f"{wire.anthropic_url}/v1/messages" if protocol == "anthropic" else f"{wire.openai_url}/chat/completions"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, json=request_to(protocol, **more), headers=VERSION) as answer,
    ):
        return answer.status, await answer.text()


def text_of(protocol: str, streamed: str) -> str:
    text = ""
    for line in streamed.splitlines():
        if line.startswith("data: {"):
            data = json.loads(line.removeprefix("data: "))
            if protocol == "anthropic":
                text += data.get("delta", {}).get("text", "")
            else:
                text += "".join(choice["delta"].get("content", "") for choice in data["choices"])
    return text


@pytest.mark.parametrize("workflow", ["feature", "agile", "scoping", "delivery"])
def test_what_every_role_would_say_is_what_the_simulator_writes_from_the_facts_in_the_prompt(workflow):
    brief = BRIEFS["library-loans"]

    for work in run_workflow(workflow, brief):
        system, prompt = system_prompt(work.assignment), user_prompt(work.assignment)
        handed_in = parse_deliverable(answer_to(system, prompt, "simulated"), work.role)

        assert assignment_in(system, prompt).decisions == work.assignment.decisions
        assert [a.path for a in handed_in.artifacts] == [a.path for a in work.deliverable.artifacts], work.role.key
        assert {a.path: a.content for a in handed_in.artifacts} == {
            a.path: a.content for a in work.deliverable.artifacts
        }, work.role.key


@pytest.mark.parametrize("protocol", ["anthropic", "openai"])
async def test_an_answer_comes_in_pieces_and_holds_the_deliverable_of_the_role(wire, protocol):
    status, streamed = await ask(wire, protocol)

    assert status == 200
    assert parse_deliverable(text_of(protocol, streamed), make_assignment().role).artifacts
    assert wire.completions()[0].role == "architect"
    eventually(lambda: wire.completions()[0].ended == "whole")


async def test_outcomes_come_in_order_and_only_to_whom_they_are_meant(wire):
    wire.script.then("rate_limited_seconds", "server_error", protocol="openai")
    wire.script.always("unknown_model", model="other")

    statuses = [(await ask(wire, protocol))[0] for protocol in ("anthropic", "openai", "openai", "openai")]
    unknown, body = await ask(wire, "openai", model="other")

    assert statuses == [200, 429, 500, 200]
    assert unknown == 404
    assert UPSTREAM_WORDS in body


def test_an_outcome_that_nobody_plays_is_refused_when_it_is_scripted():
    with pytest.raises(ValueError, match="no_such"):
        Script().then("no_such")


@pytest.mark.parametrize("protocol", ["anthropic", "openai"])
@pytest.mark.parametrize("outcome", sorted(set(OUTCOMES) - {"dripping", "stalls", "no_headers", "refused"}))
async def test_every_outcome_ends_by_itself(wire, protocol, outcome):
    wire.script.always(outcome)

    try:
        status, _ = await ask(wire, protocol)
    except (aiohttp.ClientError, ValueError, ConnectionError) as error:
        status = type(error).__name__

    assert status
    if outcome not in ("reset_before",):
        assert {seen.outcome for seen in wire.completions()} <= {outcome, "ok"}


async def test_a_request_that_the_service_would_refuse_is_refused_here_too(wire):
    status, body = await ask(wire, "anthropic", thought_up=1)

    assert status == 400
    assert "Extra inputs" in body
    assert wire.completions()[0].outcome == "malformed_request"


async def test_a_server_of_its_own_is_told_over_the_wire_how_to_behave():
    with WireProcess(answers="small") as wire:
        wire.change(then=["overloaded"], always="ok", manner={"key": "", "counts": {"input": 7, "output": 3}})
        first, _ = await ask(wire, "openai")
        second, streamed = await ask(wire, "openai")
        seen = wire.completions()

    assert (first, second) == (529, 200)
    assert '"prompt_tokens": 7' in streamed
    assert [each.outcome for each in seen] == ["overloaded", "ok"]
    assert seen[1].role == "architect"
