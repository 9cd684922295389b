"""The frontend developer's pages: calls as the interface has them, states, and forms that hold the brief's bounds."""

import re
from html.parser import HTMLParser

import pytest
import yaml

from agents.assignment import PriorArtifact
from agents.simulator import write_deliverable
from agents.tests.factories import BRIEFS, content, make_assignment, run_session

SOME = ("clinic-appointments", "expense-reports", "library-loans", "webhook-delivery", "one-line")

CAMEL = """\
openapi: 3.1.0
info: {title: Photos, version: '1'}
servers: [{url: https://example.org/v2}]
paths:
  /photo-comments:
    get: {operationId: listComments, responses: {'200': {description: ok}}}
    post:
      operationId: addComment
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [text]
              properties: {text: {type: string, maxLength: 280}, mood: {type: integer, minimum: 1, maximum: 5}}
      responses: {'201': {description: made}}
"""


class Forms(HTMLParser):
    """The forms of a page, each with its attributes and those of its fields."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[tuple[dict, list[dict]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "form":
            self.forms.append((dict(attrs), []))
        elif tag in ("input", "select", "textarea") and self.forms:
            self.forms[-1][1].append({"tag": tag, **dict(attrs)})

    def named(self, operation: str) -> tuple[dict, list[dict]]:
        return next(form for form in self.forms if form[0].get("data-operation") == operation)


@pytest.mark.parametrize("name", SOME)
def test_every_call_of_a_page_stands_so_in_the_interface(sessions, name):
    plan = content(sessions[name], "web/pages.md")
    paths = yaml.safe_load(content(sessions[name], "api/openapi.yaml"))["paths"]
    known = {
        (item["operationId"], f"{method.upper()} {path}")
        for path, methods in paths.items()
        for method, item in methods.items()
        if isinstance(item, dict) and "operationId" in item
    }

    told = set(re.findall(r"`(\w+)` \| `([A-Z]+ /[^`]*)`", plan))

    assert told
    assert told <= known


@pytest.mark.parametrize("name", SOME)
def test_each_page_tells_its_states_and_those_of_its_entity(sessions, name):
    plan = content(sessions[name], "web/pages.md")

    for entity in sessions[name]["architect"].domain.entities:
        section = plan.split(f"\n## {entity.label_plural}\n")[1].split("\n## ")[0]
        for state in ("empty", "loading", "error", "denied", *(state.replace("_", " ") for state in entity.states)):
            assert f"| {state} |" in section


def test_forms_of_a_page_go_to_the_calls_of_the_interface(sessions):
    forms = Forms(content(sessions["clinic-appointments"], "web/appointments.html"))

    form, fields = forms.named("book_appointment")

    assert form["method"] == "post"
    assert form["action"] == "/api/v1/appointments"
    assert {"starts_at", "treatment_id"} <= {field.get("name") for field in fields}


def test_a_call_that_html_cannot_make_names_its_method(sessions):
    html = content(sessions["clinic-appointments"], "web/patients.html") if _has(sessions, "patients") else ""
    forms = Forms(html or content(sessions["clinic-appointments"], "web/practitioners.html"))

    patched = [fields for form, fields in forms.forms if form.get("data-operation", "").startswith("update_")]

    assert patched
    assert all({"name": "_method", "value": "PATCH"}.items() <= fields[0].items() for fields in patched)


def _has(sessions, page):
    files = [artifact.path for artifact in sessions["clinic-appointments"]["frontend_dev"].artifacts]
    return f"web/{page}.html" in files


def test_what_only_the_system_does_has_no_button(sessions):
    session = sessions["expense-reports"]
    alone = [op for op in session["architect"].domain.operations if not op.actors]

    pages = " ".join(a.content for a in session["frontend_dev"].artifacts if a.path.endswith(".html"))

    assert alone
    assert not [op.key for op in alone if f'method="post" action="/api/v1/{op.key}' in pages]
    for operation in alone:
        if operation.kind in ("create", "update", "delete", "action"):
            assert f'data-operation="{operation.key}"' not in pages


def test_bounds_of_the_brief_stand_on_the_fields():
    brief = "Members write reviews. A review has a text of at most 500 characters and a rating."
    session = run_session(brief)
    page = next(a for a in session["frontend_dev"].artifacts if "review" in a.path and a.path.endswith(".html"))

    fields = {field["name"]: field for form, fields in Forms(page.content).forms for field in fields if "name" in field}

    assert fields["text"]["maxlength"] == "500"


def test_pages_speak_the_language_of_the_brief(sessions):
    html = content(sessions["library-loans"], "web/index.html")

    assert '<html lang="de">' in html
    assert "Weiter zu" in html


def test_calls_of_an_interface_in_another_style_are_taken_as_they_are():
    domain = content(run_session("Let people comment on photos."), "domain.json")
    made = write_deliverable(
        make_assignment(
            "frontend_dev",
            artifacts=(
                PriorArtifact("domain.json", "application/json", domain, "architect"),
                PriorArtifact("api/spec.yaml", "application/yaml", CAMEL, "backend_dev"),
            ),
        )
    )

    plan = next(a.content for a in made.artifacts if a.path == "web/pages.md")
    page = next(a.content for a in made.artifacts if a.path == "web/comments.html")

    assert "`addComment` | `POST /photo-comments`" in plan
    form, fields = Forms(page).named("addComment")
    assert form["action"] == "/v2/photo-comments"
    bounds = {field["name"]: field for field in fields}
    assert bounds["text"]["maxlength"] == "280"
    assert "required" in bounds["text"]
    assert (bounds["mood"]["min"], bounds["mood"]["max"]) == ("1", "5")


@pytest.mark.parametrize(
    "broken", ["openapi: 3.1.0\npaths: [", "openapi: 3.1.0\npaths: {/a: {get: 5}, 7: x}", "openapi: " + "[" * 5000]
)
def test_a_broken_interface_does_not_stop_the_pages(broken):
    made = write_deliverable(
        make_assignment(
            "frontend_dev", artifacts=(PriorArtifact("api/openapi.yaml", "application/yaml", broken, "backend_dev"),)
        )
    )

    assert any(a.path == "web/pages.md" and "comment" in a.content for a in made.artifacts)


def test_feedback_changes_the_plan_of_pages():
    session = run_session(BRIEFS["clinic-appointments"])
    earlier = tuple(
        PriorArtifact(a.path, a.media_type, a.content, role)
        for role in ("architect", "backend_dev", "dba")
        for a in session[role].artifacts
    )

    made = write_deliverable(
        make_assignment(
            "frontend_dev",
            BRIEFS["clinic-appointments"],
            artifacts=earlier,
            round=2,
            feedback="Put the rooms first, the front desk lives there.",
        )
    )

    plan = next(a.content for a in made.artifacts if a.path == "web/pages.md")
    assert "Put the rooms first" in plan
    assert re.search(r"^## (\w+)\n\nRoute", plan, re.MULTILINE)[1] == "rooms"


@pytest.mark.parametrize("name", ["markup", "orders to agents"])
def test_pages_of_a_hostile_brief_hold_no_script_and_leave_the_bundle_alone(sessions, name):
    for artifact in sessions[name]["frontend_dev"].artifacts:
        assert artifact.path.startswith("web/")
        assert "<script" not in artifact.content
        assert "onerror=" not in artifact.content.replace("&lt;img src=x onerror=", "")
