import textwrap
from dataclasses import replace

import pytest

from agents import roles, workflows
from agents.checks import CHECKS
from agents.errors import UnknownModel, UnknownRole, UnknownWorkflow
from agents.providers import get_provider
from agents.roles import ROLES, Capability, get_role
from agents.simulator import write_deliverable
from agents.tests.factories import BRIEFS, make_assignment
from agents.workflows import WORKFLOWS, get_workflow


def test_the_seven_roles_are_there_with_what_they_owe():
    assert set(ROLES) == {
        "architect",
        "backend_dev",
        "frontend_dev",
        "ui_ux_designer",
        "dba",
        "it_admin",
        "security_specialist",
    }
    assert ROLES["architect"].capabilities == (Capability.DESIGN, Capability.REVIEW, Capability.DOCUMENT)
    for role in ROLES.values():
        assert role.instructions
        assert role.description
        assert role.owes
        assert {check for owed in role.owes for check in owed.checks} <= set(CHECKS)


def test_the_feature_workflow_has_four_stages_of_known_roles():
    frozen = get_workflow("feature").frozen()

    assert [
        (stage["number"], stage["name"], [task["role"] for task in stage["tasks"]]) for stage in frozen["stages"]
    ] == [
        (1, "plan", ["architect"]),
        (2, "build", ["backend_dev", "dba"]),
        (3, "interface", ["frontend_dev", "ui_ux_designer"]),
        (4, "assure", ["security_specialist", "it_admin"]),
    ]
    assert frozen["question_seconds"] == 0
    assert all(
        task.role in ROLES for workflow in WORKFLOWS.values() for stage in workflow.stages for task in stage.tasks
    )
    assert get_workflow("feature").stages[0].tasks[0].describe("{login}") == "Plan {login}"


@pytest.mark.parametrize(
    ("ask", "error"), [(get_role, UnknownRole), (get_workflow, UnknownWorkflow), (get_provider, UnknownModel)]
)
def test_what_is_unknown_is_refused_by_name(ask, error):
    with pytest.raises(error, match="nowhere") as refused:
        ask("nowhere")

    assert refused.value.status == 400
    assert refused.value.code.startswith("unknown_")


def test_a_new_role_and_a_new_workflow_are_one_file_each(tmp_path, monkeypatch):
    (tmp_path / "translator.py").write_text(
        textwrap.dedent(
            """
            from agents.roles.role import Capability, Owed, Role
            ROLE = Role(key="translator", name="Translator", description="Translates.",
                        capabilities=(Capability.REVIEW,), instructions="Translate.",
                        owes=(Owed("docs/words.md", "text/markdown"),))
            """
        )
    )
    (tmp_path / "words.py").write_text(
        textwrap.dedent(
            """
            from agents.workflows.workflow import StageSpec, TaskSpec, Workflow
            WORKFLOW = Workflow(key="words", name="Words", description="One.",
                                stages=(StageSpec("one", "One", (TaskSpec("translator", "Translate {feature}"),)),))
            """
        )
    )
    monkeypatch.setattr(roles, "__path__", [*roles.__path__, str(tmp_path)])
    monkeypatch.setattr(workflows, "__path__", [*workflows.__path__, str(tmp_path)])

    role = roles._discover()["translator"]
    workflow = workflows._discover()["words"]
    deliverable = write_deliverable(replace(make_assignment(brief=BRIEFS["recipe"]), role=role))

    assert workflow.stages[0].tasks[0].role == role.key
    assert "recipe" in deliverable.artifacts[0].content.lower()
    assert deliverable.decisions
