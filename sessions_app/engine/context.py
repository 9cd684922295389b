"""What an agent is given: the assignment, read as the claim froze it, and the call that is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson
from django.conf import settings

from agents.assignment import (
    Answer,
    Assignment,
    HumanDecision,
    KnownRequirement,
    PriorArtifact,
    PriorDecision,
)
from agents.prompts import build_request
from agents.providers import CompletionRequest
from agents.roles import Role, get_role
from agents.workflows import role_in
from sessions_app.engine.connections import rows
from sessions_app.models import AgentTask, CallStatus, Question
from sessions_app.rules.claims import Claimed

# All that a task is given, in one statement: a process that begins a thousand calls has no time for more.
ASSIGNMENT = """
SELECT json_build_object(
  'role', t.agent_role, 'description', t.task_description, 'round', t.round, 'stage', g.number,
  'feature_name', s.feature_name, 'brief', s.brief, 'workflow', s.workflow, 'feedback', t.input_data->>'feedback',
  'requirements', ARRAY(
    SELECT json_build_array(r.key, r.text, r.source) FROM requirements r WHERE r.session_id = s.id ORDER BY r.id),
  'decisions', ARRAY(
    SELECT json_build_array(d.number, author.agent_role, d.decision_text, d.rationale, d.category, d.requirements)
    FROM task_decisions d
    JOIN agent_tasks author ON author.id = d.agent_task_id
    JOIN stages earlier ON earlier.id = author.stage_id
    WHERE d.session_id = s.id AND d.status = 'accepted' AND d.number <= (t.input_data->>'last_decision')::int
      AND earlier.number < (t.input_data->>'stage')::int
    ORDER BY d.number),
  'human_decisions', ARRAY(
    SELECT json_build_array(h.number, h.decision_text, h.category, h.confidence)
    FROM session_decisions h
    WHERE h.session_id = s.id AND h.number <= (t.input_data->>'last_human_decision')::int
    ORDER BY h.number),
  'artifacts', ARRAY(
    SELECT json_build_array(a.path, v.media_type, v.content, coalesce(author.agent_role, ''))
    FROM jsonb_array_elements(t.input_data->'artifacts') frozen
    JOIN artifacts a ON a.session_id = s.id AND a.path = frozen->>0
    JOIN artifact_versions v ON v.artifact_id = a.id AND v.version = (frozen->>1)::int
    LEFT JOIN agent_tasks author ON author.id = v.agent_task_id
    ORDER BY a.path),
  'former_decisions', ARRAY(
    SELECT json_build_array(d.number, t.agent_role, d.decision_text, d.rationale, d.category, d.requirements)
    FROM task_decisions d
    WHERE d.agent_task_id = t.id AND d.round = (t.input_data->>'former_round')::int
    ORDER BY d.number),
  'former_artifacts', ARRAY(
    SELECT json_build_array(a.path, v.media_type, v.content, coalesce(author.agent_role, ''))
    FROM jsonb_array_elements(t.input_data->'former_artifacts') frozen
    JOIN artifacts a ON a.session_id = s.id AND a.path = frozen->>0
    JOIN artifact_versions v ON v.artifact_id = a.id AND v.version = (frozen->>1)::int
    LEFT JOIN agent_tasks author ON author.id = v.agent_task_id
    ORDER BY a.path),
  'answers', ARRAY(
    SELECT json_build_array(q.text, coalesce(nullif(q.answer, ''), q."default"), q.answered_by_id IS NOT NULL)
    FROM questions q
    WHERE q.agent_task_id = t.id AND q.round = t.round AND q.answer IS NOT NULL
    ORDER BY q.id),
  'earlier_answers', ARRAY(
    SELECT json_build_array(q.text, coalesce(nullif(q.answer, ''), q."default"), q.answered_by_id IS NOT NULL)
    FROM questions q
    JOIN agent_tasks asker ON asker.id = q.agent_task_id
    JOIN stages earlier ON earlier.id = asker.stage_id
    WHERE q.session_id = s.id AND earlier.number < g.number AND q.answer IS NOT NULL AND q.round = asker.round
    ORDER BY q.id)
)::text
FROM agent_tasks t
JOIN stages g ON g.id = t.stage_id
JOIN execution_sessions s ON s.id = t.session_id
WHERE t.id = %s
"""

TRIES = "SELECT status, response::text FROM llm_calls WHERE agent_task_id = %s AND call_key = %s"


def assignment_of(task_id: int) -> Assignment:
    """Return what the task's agent is given: the brief, the work of earlier stages, the decisions of people.

    The claim froze which of them (`input_data`), so a second try sees the same. Of what was answered in earlier stages
    only the last round counts: none of it changes any more. One query.
    """
    [(document,)] = rows(ASSIGNMENT, [task_id])
    told = orjson.loads(document)
    return Assignment(
        role=_role_of(told["role"], told["stage"], told["workflow"]),
        feature_name=told["feature_name"],
        brief=told["brief"],
        workflow=told["workflow"]["key"],
        stage=told["stage"],
        round=told["round"],
        description=told["description"],
        requirements=tuple(KnownRequirement(*row) for row in told["requirements"]),
        decisions=tuple(map(_prior, told["decisions"])),
        human_decisions=tuple(HumanDecision(*row) for row in told["human_decisions"]),
        artifacts=tuple(PriorArtifact(*row) for row in told["artifacts"]),
        feedback=told["feedback"] or "",
        former_decisions=tuple(map(_prior, told["former_decisions"])),
        former_artifacts=tuple(PriorArtifact(*row) for row in told["former_artifacts"]),
        answers=tuple(map(_answer, told["answers"])),
        earlier_answers=tuple(map(_answer, told["earlier_answers"])),
        seed=settings.SIMULATOR_SEED,
    )


def request_of(claimed: Claimed, assignment: Assignment) -> CompletionRequest:
    """Return the call that asks for a claimed task's deliverable, of the model that answers for it first."""
    who = claimed.answering
    request = build_request(
        assignment,
        model=who.model,
        max_tokens=who.max_tokens,
        temperature=who.temperature,
        attempt=claimed.attempt,
    )
    whose = {"session_id": str(claimed.session_id), "task_id": str(claimed.task_id), "role": assignment.role.key}
    return replace(request, metadata=whose)


def may_ask(task_id: int) -> bool:
    """Whether what the task asks goes to a person: then nothing of its work is kept, and it starts anew."""
    task = AgentTask.objects.select_related("session").get(pk=task_id)
    if not task.session.workflow.get("question_seconds", 0):
        return False
    return not Question.objects.filter(agent_task=task, round=task.round).exists()


def tries_of(task_id: int, call_key: str) -> tuple[int, dict[str, Any] | None]:
    """Return how often a call was tried, and the answer when a try succeeded: it is replayed, never paid again."""
    tries = rows(TRIES, [task_id, call_key])
    answer = next((orjson.loads(response) for status, response in tries if status == CallStatus.SUCCEEDED), None)
    return len(tries), answer


def context_state(assignment: Assignment, packing: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a snapshot keeps of an assignment: what was known, by number and name, not the texts again.

    `packing` says what the model was not told because it did not fit.
    """
    return {
        "feature_name": assignment.feature_name,
        "brief_characters": len(assignment.brief),
        "workflow": assignment.workflow,
        "stage": assignment.stage,
        "round": assignment.round,
        "requirements": [row.key for row in assignment.requirements],
        "decisions": [f"D-{row.number}" for row in assignment.decisions],
        "human_decisions": [f"H-{row.number}" for row in assignment.human_decisions],
        "artifacts": [row.path for row in assignment.artifacts],
        "packing": dict(packing),
    }


def _role_of(key: str, stage: int, workflow: Mapping[str, Any]) -> Role:
    """The role as the session's own workflow wants it at this place."""
    here = [each for each in workflow["stages"] if each["number"] == stage]
    frozen = [task for each in here for task in each["tasks"] if task["role"] == key]
    role = get_role(key)
    return role_in(role, frozen[0]) if frozen else role


def _answer(row: Sequence[Any]) -> Answer:
    question, said, by_person = row
    return Answer(question, said, by_person=by_person)


def _prior(row: Sequence[Any]) -> PriorDecision:
    number, role, text, rationale, category, requirements = row
    return PriorDecision(number, role, text, rationale, category, tuple(requirements))
