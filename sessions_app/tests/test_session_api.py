"""`/api/v1/sessions...`: starting, reading, steering and ending a session."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.tests.factories import browser_of, send
from accounts.tests.problems import problem_in
from sessions_app.engine.apply import apply
from sessions_app.models import AgentTask, ExecutionSession, SessionDecision, SessionStatus
from sessions_app.rules.sessions import cancel_session, end_session
from sessions_app.tests.factories import (
    claim,
    event_types,
    fail,
    hand_in,
    make_call,
    make_deliverable,
    make_finished_session,
    make_session,
    run_stage,
)
from teams.tests.factories import Cast, make_cast, make_team

API = "/api/v1"
REQUESTS_OWN = 2  # the web session and its user


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def start(cast: Cast, **fields: object) -> Any:
    body = {"team_id": cast.team.pk, "feature_name": "Passwordless sign-in", **fields}
    return send(browser_of(cast.member), "POST", f"{API}/sessions", body)


def get(cast: Cast, path: str, who: str = "member") -> Any:
    return browser_of(cast.named(who)).get(f"{API}{path}")


# --- starting --------------------------------------------------------------------------------------------------------


def test_starting_a_session_answers_with_all_of_it(cast: Cast) -> None:
    response = start(cast, brief="People sign in.", budget_usd="2.5", gates=[], nobody_knows="this")

    assert response.status_code == 201
    told = response.json()
    session = ExecutionSession.objects.get()
    assert told["id"] == session.pk
    expected = {
        "team_id": cast.team.pk,
        "feature_name": "Passwordless sign-in",
        "brief": "People sign in.",
        "status": "active",
        "chain_id": str(session.chain_id),
        "workflow": "feature",
        "model": "simulator",
        "current_stage": 1,
        "stages_total": 4,
        "progress": 0.0,
        "budget_usd": "2.500000",
        "spent_usd": "0.000000",
        "input_tokens": 0,
        "output_tokens": 0,
        "ended_at": None,
        "duration_seconds": None,
        "created_by": cast.member.username,
    }
    assert {name: told[name] for name in expected} == expected
    assert told["started_at"].endswith("Z")
    assert told["eta_seconds"] >= 0
    assert [task["agent"] for task in told["tasks"]] == [
        "architect", "backend_dev", "dba", "frontend_dev", "ui_ux_designer", "security_specialist", "it_admin",
    ]  # fmt: skip
    assert [task["description"] for task in told["tasks"]][:2] == ["Plan Passwordless sign-in", "Implement backend"]
    assert [[task["agent"] for task in stage["tasks"]] for stage in told["stages"]][1] == ["backend_dev", "dba"]
    assert told["gates"] == told["questions"] == []


def test_an_empty_brief_means_the_feature_name(cast: Cast) -> None:
    assert start(cast, brief="  ").json()["brief"] == "Passwordless sign-in"


def test_a_name_is_trimmed_and_may_have_255_characters(cast: Cast) -> None:
    assert start(cast, feature_name=f"  {'é' * 255} ").json()["feature_name"] == "é" * 255


def test_a_name_is_one_line_without_characters_that_nobody_sees(cast: Cast) -> None:
    name = "Red\r\nalert\x1b[31m \u202efor\u200b all"

    assert start(cast, feature_name=name).json()["feature_name"] == "Red alert[31m for all"


def test_a_brief_may_have_256_kb_and_keeps_its_white_space(cast: Cast) -> None:
    brief = "  " + "x" * (256 * 1024 - 2)

    assert start(cast, brief=brief).json()["brief"] == brief


def test_who_answers_is_frozen_into_the_session(cast: Cast, settings: Any) -> None:
    settings.OPENAI_API_KEY = "sk-key-of-nobody-at-all"
    cast.team.defaults = {"temperature": 0.3, "role_settings": {"dba": {"max_tokens": 9000}}}
    cast.team.save(update_fields=["defaults"])

    told = start(
        cast,
        model="openai:large",
        fallback_models=["simulator"],
        max_tokens=7000,
        role_settings={"architect": {"model": "simulator", "temperature": 0}},
    ).json()

    assert told["model"] == "openai:large"
    models = ExecutionSession.objects.get(pk=told["id"]).workflow["models"]
    assert {name: models[name] for name in models if name != "said"} == {
        "model": "openai:large",
        "fallback_models": ["simulator"],
        "temperature": 0.3,
        "max_tokens": 7000,
        "roles": {"architect": {"model": "simulator", "temperature": 0.0}, "dba": {"max_tokens": 9000}},
    }


BAD_SESSIONS: dict[str, tuple[Any, int, str]] = {
    # what is sent over the least valid body (or instead of it), the status, the field that is named
    "no name": ({"feature_name": ...}, 400, "feature_name"),
    "an empty name": ({"feature_name": ""}, 400, "feature_name"),
    "a blank name": ({"feature_name": " \t\n"}, 400, "feature_name"),
    "a name that nobody sees": ({"feature_name": "\u200b\ufeff\u202e"}, 400, "feature_name"),
    "a name of 256 characters": ({"feature_name": "x" * 256}, 400, "feature_name"),
    "a name with NUL": ({"feature_name": "a\0b"}, 400, "feature_name"),
    "a name with half a character": (
        b'{"team_id": %TEAM%, "feature_name": "a\\ud800b"}', 400, "feature_name"),
    "a number as name": ({"feature_name": 5}, 400, "feature_name"),
    "a list as name": ({"feature_name": ["x"]}, 400, "feature_name"),
    "null as name": ({"feature_name": None}, 400, "feature_name"),
    "a brief of 1 MB": ({"brief": "x" * 1024 * 1024}, 400, "brief"),
    "a brief one byte too long": ({"brief": "x" * (256 * 1024 + 1)}, 400, "brief"),
    "a brief too long in bytes alone": ({"brief": "é" * (128 * 1024 + 1)}, 400, "brief"),
    "a brief with NUL": ({"brief": "a\0b"}, 400, "brief"),
    "an object as brief": ({"brief": {"text": "x"}}, 400, "brief"),
    "an unknown workflow": ({"workflow": "waterfall"}, 400, ""),
    "a number as workflow": ({"workflow": 1}, 400, "workflow"),
    "an unknown model": ({"model": "nobody:nothing"}, 400, "model"),
    "a model of a provider that is not set up": ({"model": "openai:gpt-x"}, 400, "model"),
    "an unknown fallback": ({"fallback_models": ["nobody:nothing"]}, 400, "fallback_models"),
    "a fallback that is not set up": ({"fallback_models": ["openai:gpt-x"]}, 400, "fallback_models"),
    "a model that falls back to itself": (
        {"model": "simulator", "fallback_models": ["simulator"]}, 400, "fallback_models"),
    "a text as fallbacks": ({"fallback_models": "simulator"}, 400, "fallback_models"),
    "six fallbacks": ({"fallback_models": [f"ollama:m{n}" for n in range(6)]}, 400, "fallback_models"),
    "too hot": ({"temperature": 2.1}, 400, "temperature"),
    "true as temperature": ({"temperature": True}, 400, "temperature"),
    "answers without end": ({"max_tokens": 200_001}, 400, "max_tokens"),
    "half a token": ({"max_tokens": 0.5}, 400, "max_tokens"),
    "settings of no role": ({"role_settings": {"poet": {"temperature": 1}}}, 400, "role_settings"),
    "settings of a role of another workflow": ({"role_settings": {"qa": {"temperature": 1}}}, 400, "role_settings"),
    "a setting that no role has": ({"role_settings": {"dba": {"modell": "simulator"}}}, 400, "role_settings"),
    "a model whose SDK is not here": ({"model": "mistral:large-1"}, 400, "model"),
    "Ollama where nobody named it": ({"model": "ollama:llama3"}, 400, "model"),
    "a role without a key": ({"role_settings": {"dba": {"model": "openai:gpt-x"}}}, 400, "model"),
    "a hot role": ({"role_settings": {"dba": {"temperature": 9}}}, 400, "role_settings"),
    "no team": ({"team_id": ...}, 400, "team_id"),
    "null as team": ({"team_id": None}, 400, "team_id"),
    "a text as team": ({"team_id": "7"}, 400, "team_id"),
    "a fraction as team": ({"team_id": 1.5}, 400, "team_id"),
    "true as team": ({"team_id": True}, 400, "team_id"),
    "a negative team": ({"team_id": -1}, 400, "team_id"),
    "a huge team": ({"team_id": 10**40}, 400, "team_id"),
    "a team that nobody has": ({"team_id": 2**62}, 404, ""),
    "a negative budget": ({"budget_usd": "-1"}, 400, "budget_usd"),
    "a huge budget": ({"budget_usd": 10**30}, 400, "budget_usd"),
    "a word as budget": ({"budget_usd": "much"}, 400, "budget_usd"),
    "true as budget": ({"budget_usd": True}, 400, "budget_usd"),
    "no number as budget": ({"budget_usd": "NaN"}, 400, "budget_usd"),
    "an endless budget": ({"budget_usd": "Infinity"}, 400, "budget_usd"),
    "a gate after no stage": ({"gates": [1, 5]}, 400, "gates"),
    "a rule that nobody knows": ({"gates": {"1": "when it is fine"}}, 400, "gates"),
    "a text as gates": ({"gates": "1"}, 400, "gates"),
    "a text as question time": ({"question_seconds": "60"}, 400, "question_seconds"),
    "a negative question time": ({"question_seconds": -1}, 400, "question_seconds"),
    "an endless question time": ({"question_seconds": 10**40}, 400, "question_seconds"),
    "half of JSON": (b'{"team_id": ', 400, ""),
    "no JSON": (b"team_id=1", 400, ""),
    "JSON that is no UTF-8": (b'{"feature_name": "\xff"}', 400, ""),
    "NaN in JSON": (b'{"team_id": NaN}', 400, ""),
    "a list": (b"[]", 400, "non_field_errors"),
    "a list of sessions": (b'[{"team_id": 1, "feature_name": "x"}]', 400, "non_field_errors"),
    "a text": (b'"x"', 400, "non_field_errors"),
    "null": (b"null", 400, ""),
    "nothing": (b"", 400, ""),
    "lists in lists": (b"[" * 200_000, 400, ""),
    "3 MB": (b'{"brief": "' + b"x" * 3 * 1024 * 1024 + b'"}', 413, ""),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD_SESSIONS)
def test_what_no_session_can_be_made_of_is_refused_by_name_and_leaves_nothing(cast: Cast, what: str) -> None:
    sent, status, field = BAD_SESSIONS[what]
    body: Any = sent
    if isinstance(sent, dict):
        whole = {"team_id": cast.team.pk, "feature_name": "Passwordless sign-in", **sent}
        body = {name: value for name, value in whole.items() if value is not ...}
    else:
        body = sent.replace(b"%TEAM%", str(cast.team.pk).encode())

    response = send(browser_of(cast.member), "POST", f"{API}/sessions", body)

    problem = problem_in(response, status)
    if field:
        assert list(problem["errors"]) == [field]
    assert ExecutionSession.objects.count() == 0


def test_a_form_is_no_json(cast: Cast) -> None:
    response = browser_of(cast.member).post(f"{API}/sessions", {"team_id": cast.team.pk, "feature_name": "x"})

    problem_in(response, 415)


def test_a_session_in_somebody_elses_team_is_not_found_and_in_one_you_view_not_allowed(cast: Cast) -> None:
    foreign, personal = make_team(), make_team(is_shared=False)
    body = {"feature_name": "x"}

    for team in (foreign, personal):
        response = send(browser_of(cast.member), "POST", f"{API}/sessions", {**body, "team_id": team.pk})
        problem_in(response, 404, "not_found")
    problem_in(send(browser_of(cast.viewer), "POST", f"{API}/sessions", {**body, "team_id": cast.team.pk}), 403)
    assert ExecutionSession.objects.count() == 0


# --- lists -----------------------------------------------------------------------------------------------------------


def test_the_list_is_a_page_of_what_you_can_see_newest_first(cast: Cast) -> None:
    mine = [make_session(cast.team).pk for _ in range(3)]
    make_session(make_team())

    first = get(cast, "/sessions?limit=2").json()
    second = browser_of(cast.member).get(first["next"]).json()

    assert [row["id"] for row in first["results"]] == mine[:0:-1]
    assert [row["id"] for row in second["results"]] == mine[:1]
    assert second["next"] is None
    assert "tasks" not in first["results"][0]
    assert first["results"][0]["brief"]


def test_lists_can_be_narrowed(cast: Cast) -> None:
    other = make_team(cast.member)
    a = make_session(cast.team, feature_name="Passwordless sign-in")
    b = make_session(other, feature_name="Import of 100% of contacts")
    c = make_session(cast.team, feature_name="Audit log")
    apply(c.pk, end_session, by="x")

    def ids(query: str) -> list[int]:
        return [row["id"] for row in get(cast, f"/sessions?{query}").json()["results"]]

    assert ids(f"team={other.pk}") == [b.pk]
    assert ids("status=completed") == [c.pk]
    assert ids(f"team={cast.team.pk}&status=active") == [a.pk]
    assert ids("q=SIGN") == [a.pk]
    assert ids("q=100%25") == [b.pk]
    assert ids("q=") == [c.pk, b.pk, a.pk]
    assert ids(f"team={make_team().pk}") == []
    assert ids("team=999999999999999999") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("team=x", "team"),
        ("team=", "team"),
        ("team=-1", "team"),
        (f"team={10**30}", "team"),
        ("status=done", "status"),
        ("status=", "status"),
        ("q=a%00b", "q"),
        ("q=" + "x" * 256, "q"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("cursor=x", "cursor"),
    ],
)
def test_a_bad_filter_is_refused_by_name(cast: Cast, query: str, field: str) -> None:
    make_session(cast.team)

    problem = problem_in(get(cast, f"/sessions?{query}"), 400)

    assert list(problem["errors"]) == [field]


@pytest.mark.parametrize("after", ["x", "-1", "1.5", str(10**30)])
def test_a_bad_after_is_refused_by_name(cast: Cast, after: str) -> None:
    problem = problem_in(get(cast, f"/sessions/{make_session(cast.team).pk}/events?after={after}"), 400)

    assert list(problem["errors"]) == ["after"]


# Queries of each route, beside the two that know who asks; the same for a bare session and for a finished one.
QUERIES = {
    "": 9,
    "/decisions": 2,
    "/events": 2,
    "/tasks": 4,
    "/artifacts": 4,
    "/checks": 2,
    "/llm-calls": 2,
    "/snapshots": 2,
}


@pytest.mark.parametrize("route", QUERIES)
def test_what_hangs_on_a_session_costs_the_same_however_much_there_is(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, route: str
) -> None:
    bare, full = make_session(cast.team), make_session(cast.team)
    for session, decisions, stages in ((bare, 1, 1), (full, 4, 4)):
        for number in range(decisions):
            body = {"decision_text": f"Decision {number}"}
            send(browser_of(cast.member), "POST", f"{API}/sessions/{session.pk}/decisions", body)
        for _ in range(stages):
            run_stage(session)
    client = browser_of(cast.member)

    for session in (bare, full):
        with django_assert_num_queries(QUERIES[route] + REQUESTS_OWN):
            assert client.get(f"{API}/sessions/{session.pk}{route}").status_code == 200


def test_the_list_of_sessions_and_the_journal_cost_the_same_however_many_there_are(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = browser_of(cast.member)
    for _ in range(2):
        session = make_finished_session(cast.team)
        task_id, artifact_id = session.tasks.first().pk, session.artifacts.first().pk

        with django_assert_num_queries(3 + REQUESTS_OWN):
            client.get(f"{API}/sessions")
        with django_assert_num_queries(5 + REQUESTS_OWN):
            client.get(f"{API}/decisions/sessions/{session.pk}")
        with django_assert_num_queries(5 + REQUESTS_OWN):
            client.get(f"{API}/tasks/{task_id}")
        with django_assert_num_queries(4 + REQUESTS_OWN):
            client.get(f"{API}/artifacts/{artifact_id}")
        with django_assert_num_queries(3 + REQUESTS_OWN):
            client.get(f"{API}/artifacts/{artifact_id}/versions/1")


# --- what hangs on a session -----------------------------------------------------------------------------------------


def test_events_ascend_and_start_after_the_one_that_was_seen(cast: Cast) -> None:
    session = make_finished_session(cast.team)

    page = get(cast, f"/sessions/{session.pk}/events?after=3&limit=4").json()
    following = browser_of(cast.member).get(page["next"]).json()

    assert [event["seq"] for event in page["results"]] == [4, 5, 6, 7]
    assert [event["seq"] for event in following["results"]] == [8, 9, 10, 11]
    first = get(cast, f"/sessions/{session.pk}/events").json()["results"][0]
    assert set(first) == {"seq", "type", "session_id", "at", "source", "data", "hash"}
    assert (first["type"], first["source"]) == ("session_started", f"user:{cast.owner.username}")
    assert get(cast, f"/sessions/{session.pk}/events?after={session.last_seq}").json()["results"] == []
    assert get(cast, f"/sessions/{session.pk}/events?after=999999999999999999").json()["results"] == []


def test_a_task_tells_what_it_read_wrote_and_spent_in_each_attempt(cast: Cast) -> None:
    session = make_session(cast.team)
    [first] = claim(session)
    fail(first, "The provider answered 529", passing=True)
    AgentTask.objects.filter(pk=first.task_id).update(ready_at="2020-01-01T00:00:00Z")
    [second] = claim(session)
    make_call(second)
    hand_in(second)

    task = get(cast, f"/tasks/{first.task_id}").json()

    assert task["session_id"] == session.pk
    assert (task["agent"], task["agent_name"], task["stage"]) == ("architect", "Architect", 1)
    assert (task["status"], task["attempt"], task["retry_count"]) == ("completed", 2, 1)
    assert task["input"]["round"] == 1
    assert task["output"]["summary"] == task["summary"] == "architect is done."
    assert [(each["attempt"], each["outcome"], each["error"]) for each in task["attempts"]] == [
        (1, "failed", "The provider answered 529"),
        (2, "completed", ""),
    ]
    assert [call["cost_usd"] for call in task["calls"]] == ["0.012300"]
    assert (task["cost_usd"], task["tokens"]) == ("0.012300", 1540)
    assert task["snapshots"][0]["capabilities"] == ["design", "review", "document"]
    assert task["duration_seconds"] is not None


def test_a_task_that_waits_for_another_try_says_until_when(cast: Cast) -> None:
    session = make_session(cast.team)
    [claimed] = claim(session)
    fail(claimed, passing=True)

    [task, *others] = get(cast, f"/sessions/{session.pk}/tasks").json()["results"]

    assert task["status"] == "pending"
    assert task["retry_at"] > task["started_at"]
    assert task["error_message"] == "The provider answered 529"
    assert {other["retry_at"] for other in others} == {None}


def test_artifacts_have_versions_and_name_who_wrote_them(cast: Cast) -> None:
    session = make_session(cast.team)
    for content in ("first", "second"):
        files = [{"path": "docs/notes.md", "media_type": "text/markdown", "content": content, "implements": ["d1"]}]
        [claimed, *_] = claim(session)
        hand_in(claimed, make_deliverable("architect", artifacts=files))

    [row] = get(cast, f"/sessions/{session.pk}/artifacts").json()["results"]
    whole = get(cast, f"/artifacts/{row['id']}").json()
    old = get(cast, f"/artifacts/{row['id']}/versions/1").json()

    assert (row["path"], row["kind"], row["version"], row["size"]) == ("docs/notes.md", "docs", 2, 6)
    assert (row["agent"], row["user"]) == ("backend_dev", None)
    assert row["checks"] == {"passed": 1, "warnings": 0, "failed": 0}
    assert "content" not in row
    assert (whole["content"], whole["implements"], whole["session_id"]) == ("second", ["D-2"], session.pk)
    assert [version["version"] for version in whole["versions"]] == [1, 2]
    assert (old["content"], old["agent"], old["version"]) == ("first", "architect", 1)
    problem_in(get(cast, f"/artifacts/{row['id']}/versions/3"), 404)
    problem_in(get(cast, f"/artifacts/{row['id']}/versions/{10**30}"), 404)


def test_checks_calls_and_snapshots_are_told_in_full(cast: Cast) -> None:
    session = make_session(cast.team)
    run_stage(session)

    checks = {check["name"]: check for check in get(cast, f"/sessions/{session.pk}/checks").json()["results"]}
    [call] = get(cast, f"/sessions/{session.pk}/llm-calls").json()["results"]
    [snapshot] = get(cast, f"/sessions/{session.pk}/snapshots").json()["results"]

    assert checks.pop("owed") | {"id": 0} == {
        "id": 0, "name": "owed", "severity": "info", "status": "passed", "artifact": "architect/notes.md",
        "version": 1, "line": None, "message": "It is there.", "remedy": "",
    }  # fmt: skip
    assert all(name.startswith("contract.") for name in checks)  # what was found across files
    assert call | {"id": 0, "task_id": 0, "created_at": ""} == {
        "id": 0, "task_id": 0, "agent": "architect", "provider": "simulator", "model": "simulator",
        "status": "succeeded", "attempt": 1, "input_tokens": 900, "output_tokens": 640,
        "cached_tokens": 0, "cache_write_tokens": 0, "reasoning_tokens": 0,
        "cost_usd": "0.012300", "charged_usd": "0.012300", "estimated": False, "simulated": True,
        "latency_ms": 120, "first_token_ms": 15, "error": "", "created_at": "",
    }  # fmt: skip
    assert snapshot["decisions"] == [{"number": "D-1", "text": "Decided by architect"}]


# --- decisions -------------------------------------------------------------------------------------------------------


def test_a_persons_decision_is_numbered_and_kept(cast: Cast) -> None:
    session = make_session(cast.team)
    path = f"{API}/sessions/{session.pk}/decisions"

    first = send(browser_of(cast.member), "POST", path, {"decision_text": " No SMS "})
    second = send(
        browser_of(cast.owner), "POST", path,
        {"decision_text": "Links live an hour", "category": "security", "confidence": "low", "rationale": "Enough."},
    )  # fmt: skip

    assert first.status_code == 201
    told = first.json()
    assert {name: told[name] for name in ("number", "decision_text", "category", "confidence")} == {
        "number": "H-1", "decision_text": "No SMS", "category": "", "confidence": "high",
    }  # fmt: skip
    assert second.json()["number"] == "H-2"
    listed = get(cast, f"/sessions/{session.pk}/decisions", "viewer").json()["results"]
    assert listed == [told, second.json()]
    assert listed[1]["user"] == cast.owner.username
    assert event_types(session)[-2:] == ["decision_recorded"] * 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "decision_text"),
        ({"decision_text": ""}, "decision_text"),
        ({"decision_text": "  "}, "decision_text"),
        ({"decision_text": "a\0"}, "decision_text"),
        ({"decision_text": 7}, "decision_text"),
        ({"decision_text": "x" * 20_001}, "decision_text"),
        ({"decision_text": "x", "confidence": "sure"}, "confidence"),
        ({"decision_text": "x", "confidence": 90}, "confidence"),
        ({"decision_text": "x", "confidence": None}, "confidence"),
        ({"decision_text": "x", "confidence": ["high"]}, "confidence"),
        ({"decision_text": "x", "category": "x" * 101}, "category"),
        ({"decision_text": "x", "rationale": {}}, "rationale"),
    ],
)
def test_a_decision_that_says_nothing_is_refused_by_name(cast: Cast, body: dict[str, Any], field: str) -> None:
    session = make_session(cast.team)

    response = send(browser_of(cast.member), "POST", f"{API}/sessions/{session.pk}/decisions", body)

    assert list(problem_in(response, 400)["errors"]) == [field]
    assert SessionDecision.objects.count() == 0


def test_an_ended_session_takes_no_decision(cast: Cast) -> None:
    session = make_finished_session(cast.team)

    response = send(browser_of(cast.member), "POST", f"{API}/sessions/{session.pk}/decisions", {"decision_text": "x"})

    problem_in(response, 409, "illegal_transition")


def test_the_journal_lists_every_task_also_one_without_decisions(cast: Cast) -> None:
    session = make_session(cast.team, feature_name="Audit log")
    send(browser_of(cast.member), "POST", f"{API}/sessions/{session.pk}/decisions", {"decision_text": "No SMS"})
    run_stage(session)

    told = get(cast, f"/decisions/sessions/{session.pk}", "viewer").json()

    assert (told["session_id"], told["feature"]) == (session.pk, "Audit log")
    [person] = told["session_decisions"]
    assert (person["text"], person["confidence"], person["kind"]) == ("No SMS", "high", "person")
    assert [(task["agent"], task["status"], len(task["decisions"])) for task in told["agent_tasks"]][:2] == [
        ("architect", "completed", 1),
        ("backend_dev", "pending", 0),
    ]
    assert len(told["agent_tasks"]) == 7
    [decision] = told["agent_tasks"][0]["decisions"]
    assert decision | {"id": 0, "created_at": ""} == {
        "id": 0, "number": "D-1", "kind": "agent", "session_id": session.pk, "agent": "architect", "user": None,
        "text": "Decided by architect", "rationale": "It is the simplest that holds.", "category": "structure",
        "confidence": 80, "alternatives": [{"option": "The other way", "pros": ["Known"], "cons": ["Slow"]}],
        "consequences": ["One table more"], "requirements": ["R-1"], "artifacts": ["architect/notes.md"],
        "status": "accepted", "superseded_by": None, "created_at": "",
    }  # fmt: skip


# --- ending ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "door"), [("POST", "end"), ("PUT", "complete")])
def test_ending_completes_a_session_and_ending_it_again_changes_nothing(cast: Cast, method: str, door: str) -> None:
    session = make_session(cast.team)
    run_stage(session)
    path = f"{API}/sessions/{session.pk}/{door}"

    first = send(browser_of(cast.member), method, path)
    again = send(browser_of(cast.owner), method, path)

    assert first.status_code == again.status_code == 200
    assert set(first.json()) == {"status", "ended_at", "duration_seconds"}
    assert first.json()["status"] == "completed"
    assert first.json() == again.json()
    detail = get(cast, f"/sessions/{session.pk}").json()
    assert [task["status"] for task in detail["tasks"]] == ["completed"] + ["cancelled"] * 6
    assert {task["error_message"] for task in detail["tasks"][1:]} == {"Cancelled"}
    assert all(task["duration_seconds"] is not None for task in detail["tasks"])
    assert detail["eta_seconds"] is None


def test_cancelling_stops_a_session_and_cancelling_it_again_changes_nothing(cast: Cast) -> None:
    session = make_session(cast.team)
    claim(session)
    path = f"{API}/sessions/{session.pk}/cancel"

    first = send(browser_of(cast.member), "POST", path)
    again = send(browser_of(cast.member), "POST", path)

    assert first.status_code == 200
    assert first.json()["status"] == "cancelled"
    assert {task["status"] for task in first.json()["tasks"]} == {"cancelled"}
    assert again.json()["last_seq"] == first.json()["last_seq"]


@pytest.mark.parametrize(
    ("status", "method", "door"),
    [
        ("cancelled", "POST", "end"),
        ("cancelled", "PUT", "complete"),
        ("failed", "POST", "end"),
        ("failed", "POST", "cancel"),
        ("completed", "POST", "cancel"),
    ],
)
def test_what_has_ended_one_way_cannot_end_another(cast: Cast, status: str, method: str, door: str) -> None:
    session = make_session(cast.team)
    if status == "failed":
        fail(claim(session)[0])
    else:
        apply(session.pk, cancel_session if status == "cancelled" else end_session, by="x")

    problem_in(send(browser_of(cast.member), method, f"{API}/sessions/{session.pk}/{door}"), 409, "illegal_transition")

    session.refresh_from_db()
    assert session.status == status


def test_a_deleted_session_is_cancelled_and_hidden_with_all_that_hangs_on_it(cast: Cast) -> None:
    session = make_session(cast.team)
    run_stage(session)
    client = browser_of(cast.member)

    response = send(client, "DELETE", f"{API}/sessions/{session.pk}")

    assert response.status_code == 204
    assert response.content == b""
    session.refresh_from_db()
    assert session.status == SessionStatus.CANCELLED
    problem_in(send(client, "DELETE", f"{API}/sessions/{session.pk}"), 404)
    for path in (
        f"/sessions/{session.pk}",
        f"/sessions/{session.pk}/events",
        f"/sessions/{session.pk}/export",
        f"/decisions/sessions/{session.pk}",
        f"/tasks/{session.tasks.first().pk}",
        f"/artifacts/{session.artifacts.first().pk}",
    ):
        problem_in(get(cast, path), 404)
    assert get(cast, "/sessions").json()["results"] == []


# --- the rest --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("accept", ["*/*", "application/zip", "application/json", "text/html"])
def test_the_bundle_comes_as_a_zip_whatever_the_client_prefers(cast: Cast, accept: str) -> None:
    session = make_session(cast.team, feature_name='Audit "log"\r\nX: y')
    run_stage(session)

    response = browser_of(cast.viewer).get(f"{API}/sessions/{session.pk}/export", headers={"Accept": accept})

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/zip"
    assert response.headers["Content-Disposition"] == 'attachment; filename="audit-log-x-y.zip"'
    names = zipfile.ZipFile(io.BytesIO(response.content)).namelist()
    assert names == [
        *("README.md", "journal.json", "quality.json"),
        *("architect/notes.md", "docs/adr/0001-decided-by-architect.md"),
    ]


def test_workflows_and_roles_come_from_the_registry(cast: Cast) -> None:
    workflows = get(cast, "/workflows").json()
    roles = get(cast, "/roles").json()

    assert set(workflows) == set(roles) == {"next", "previous", "results"}
    feature = next(each for each in workflows["results"] if each["key"] == "feature")
    assert [[task["role"] for task in stage["tasks"]] for stage in feature["stages"]] == [
        ["architect"], ["backend_dev", "dba"], ["frontend_dev", "ui_ux_designer"], ["security_specialist", "it_admin"],
    ]  # fmt: skip
    architect = next(each for each in roles["results"] if each["key"] == "architect")
    assert architect["capabilities"] == ["design", "review", "document"]
    assert "docs/architecture.md" in [owed["path"] for owed in architect["owes"]]
    assert "instructions" not in architect


def test_both_forms_of_an_address_answer(cast: Cast) -> None:
    session = make_session(cast.team)

    assert get(cast, f"/sessions/{session.pk}/").json()["id"] == session.pk
    assert send(browser_of(cast.member), "POST", f"{API}/sessions/{session.pk}/end/").status_code == 200


def test_money_adds_up_over_stages(cast: Cast) -> None:
    session = make_finished_session(cast.team)

    detail = get(cast, f"/sessions/{session.pk}").json()

    assert sum(Decimal(stage["cost_usd"]) for stage in detail["stages"]) == Decimal(detail["spent_usd"])
    assert detail["progress"] == 1.0
    assert detail["totals"] == {
        "decisions": 7, "session_decisions": 0, "artifacts": 7, "events": session.last_seq, "calls": 7,
    }  # fmt: skip
