import re
import sys
import textwrap
from pathlib import Path

import pytest
from django.conf import settings

from agents import roles, simulator, workflows
from agents.checks import CHECKS, check_deliverable
from agents.errors import UnknownModel, UnknownRole, UnknownWorkflow
from agents.prompts import build_request
from agents.providers import get_provider
from agents.roles import ROLES, Capability, get_role
from agents.tests.factories import BRIEFS
from agents.tests.teamwork import artifact, run_workflow
from agents.workflows import WORKFLOWS, get_workflow


def test_the_roles_are_there_with_what_they_owe():
    assert list(ROLES) == [
        *("architect", "frontend_dev", "backend_dev", "ui_ux_designer", "dba", "it_admin", "security_specialist"),
        *("analyst", "product_manager", "scrum_master", "developer", "qa"),
    ]
    assert ROLES["architect"].capabilities == (Capability.DESIGN, Capability.REVIEW, Capability.DOCUMENT)
    for role in ROLES.values():
        assert len(role.instructions) > 400
        assert role.description
        assert role.capabilities
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


@pytest.mark.parametrize(
    ("name", "provider"),
    [
        ("simulator", "simulator"),
        ("anthropic:claude-a-1", "anthropic"),
        ("openai:org/model.v2@2026", "openai"),
        ("openrouter:mistralai/mistral-large:free", "openrouter"),
        ("ollama:llama3.1:8b", "ollama"),
    ],
)
def test_the_front_of_a_models_name_chooses_who_is_asked(name, provider):
    assert get_provider(name).name == provider


@pytest.mark.parametrize(
    "name", ["openai", "openai:", "openai: gpt", "simulator:x", "nobody:x", "", "anthropic:" + "x" * 300]
)
def test_a_name_that_nobody_answers_for_is_refused_with_what_can_be_written(name):
    with pytest.raises(UnknownModel, match="Write simulator, or") as refused:
        get_provider(name)

    assert len(str(refused.value)) < 400


@pytest.fixture
def extended(tmp_path, monkeypatch):
    """The registries with a folder of our own on their paths, as if its files stood in the packages."""
    packages = {"roles": roles, "workflows": workflows, "simulator": simulator}
    for name, package in packages.items():
        (tmp_path / name).mkdir()
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path / name)])
    before = set(sys.modules)

    def discover() -> None:
        ROLES.discover()
        WORKFLOWS.discover()
        simulator.writers.cache_clear()

    yield tmp_path, discover
    monkeypatch.undo()
    for module in set(sys.modules) - before:
        if module.startswith("agents."):
            del sys.modules[module]
    discover()


def test_a_new_role_and_a_new_workflow_are_one_file_each(extended):
    folder, discover = extended
    (folder / "roles" / "translator.py").write_text(
        textwrap.dedent(
            """
            from agents.roles.role import Capability, Owed, Role
            ROLE = Role(key="translator", name="Translator", description="Translates.",
                        capabilities=(Capability.REVIEW,), instructions="Translate.",
                        owes=(Owed("docs/words.md", "text/markdown"),
                              Owed("words/*.json", "application/json", ("json",))))
            """
        )
    )
    (folder / "workflows" / "words.py").write_text(
        textwrap.dedent(
            """
            from agents.workflows.workflow import StageSpec, TaskSpec, Workflow
            WORKFLOW = Workflow(key="words", name="Words", description="Two.", stages=(
                StageSpec("one", "One", (TaskSpec("architect", "Plan {feature}"),)),
                StageSpec("two", "Two", (TaskSpec("translator", "Translate {feature}"),)),
            ))
            """
        )
    )

    discover()
    works = run_workflow("words", BRIEFS["recipe"], feature_name="Recipes")

    assert [work.role.key for work in works] == ["architect", "translator"]
    assert "recipe" in artifact(works, "docs/words.md").lower()
    assert artifact(works, "words/recipes.json")
    assert works[1].deliverable.decisions
    results = [r for work in works for r in check_deliverable(work.role, work.deliverable)]
    assert [result for result in results if result.status != "passed"] == []
    request = build_request(works[1].assignment, model="simulator", max_tokens=100, temperature=0)
    told = "\n".join([request.system, *(text for _, text in request.messages)])
    assert "Translator" in told
    assert "Translate." in told
    assert "docs/words.md" in told


def test_what_docs_extending_shows_works_as_it_stands(extended):
    folder, discover = extended
    page = (Path(settings.BASE_DIR) / "docs" / "extending.md").read_text()
    shown = re.findall(r"^```python\n# agents/(\w+)/(\w+\.py)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    for package, name, code in shown:
        (folder / package / name).write_text(code)

    discover()
    works = run_workflow("wording", BRIEFS["library-loans"], feature_name="Loans")

    assert [package for package, _, _ in shown] == ["roles", "workflows", "simulator"]
    assert [(work.stage, work.role.key) for work in works] == [
        ("analyse", "analyst"),
        ("words", "terminologist"),
        ("review", "terminologist"),
    ]
    assert "| Vormerkung |" in artifact(works, "docs/glossary.md")
    assert works[1].deliverable.summary.startswith("A glossary of")
    assert "misread" in works[2].role.instructions
    assert [each.path for each in works[2].deliverable.artifacts] == ["docs/glossary-review.md"]
    results = [r for work in works for r in check_deliverable(work.role, work.deliverable)]
    assert [result for result in results if result.status != "passed"] == []


def test_two_files_cannot_declare_the_same_role(extended):
    folder, discover = extended
    (folder / "roles" / "second.py").write_text("from agents.roles.qa import ROLE\n")

    with pytest.raises(ValueError, match="declare qa"):
        discover()

    assert ROLES["qa"].name == "QA"
