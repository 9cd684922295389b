"""Later roles work from whatever domain was handed in, also from one that no simulator would write."""

import json

import pytest

from agents.assignment import HumanDecision, PriorArtifact
from agents.checks import check_deliverable
from agents.deliverable import parse_deliverable
from agents.roles import get_role
from agents.simulator import write_deliverable
from agents.tests.factories import BRIEFS, make_assignment, run_session

LATER = ("frontend_dev", "ui_ux_designer", "security_specialist", "it_admin")


def without_labels(domain):
    for entity in domain["entities"]:
        entity["label"] = entity["label_plural"] = ""


def one_address_for_all(domain):
    for entity in domain["entities"]:
        entity["path"] = "Some Path/ü%?"


def named_index(domain):
    domain["entities"][0]["path"] = "index"


def states_that_lead_nowhere(domain):
    for entity in domain["entities"]:
        entity["states"] = ["a", "b"]
        entity["transitions"] = [{"sources": ["zzz"], "target": "b", "operation": "nope"}, {"target": "q"}]


def fields_full_of_marks(domain):
    for entity in domain["entities"]:
        entity["fields"] = [
            {"name": "order", "type": "enum", "values": []},
            {"name": "status", "type": "enum", "values": ["x<y", '"z"', "`t`|u"]},
            {"name": "Foo.Bar-baz", "type": "reference", "references": "nobody"},
        ]


def titles_full_of_marks(domain):
    for operation in domain["operations"]:
        operation["title"] = "<b>`x` | y</b>\n# z"


def ghosts(domain):
    for operation in domain["operations"][::3]:
        operation["entity"] = "ghost"
    for operation in domain["operations"][1::3]:
        operation["actors"] = ["ghost"]
    for thing in (*domain["limits"], *domain["rules"]):
        thing["entity"] = "ghost"


def numbers_that_are_none(domain):
    for limit, value in zip(domain["limits"], ("", "NaN", "1e999", "-5", "٣", "9" * 20) * 20, strict=False):
        limit |= {"value": value, "unit": "$(x)`|"}


def nothing_in_it(domain):
    domain |= {key: [] for key in ("entities", "operations", "actors", "relations", "limits", "rules", "events")}


@pytest.fixture(scope="module")
def session():
    return run_session(BRIEFS["clinic-appointments"])


@pytest.mark.parametrize("role", LATER)
@pytest.mark.parametrize(
    "change",
    [
        without_labels,
        one_address_for_all,
        named_index,
        states_that_lead_nowhere,
        fields_full_of_marks,
        titles_full_of_marks,
        ghosts,
        numbers_that_are_none,
        nothing_in_it,
    ],
)
@pytest.mark.parametrize("beside", ["alone", "with interface and schema"])
def test_another_domain_gives_sound_artifacts(session, role, change, beside):
    domain = json.loads(next(a.content for a in session["architect"].artifacts if a.path == "domain.json"))
    for key in ("entities", "operations", "actors", "relations", "limits", "rules", "events"):
        domain.setdefault(key, [])
    change(domain)
    earlier = [PriorArtifact("domain.json", "application/json", json.dumps(domain), "architect")]
    if beside != "alone":
        earlier += [
            PriorArtifact(a.path, a.media_type, a.content, name)
            for name in ("backend_dev", "dba")
            for a in session[name].artifacts
        ]

    made = write_deliverable(
        make_assignment(
            role,
            BRIEFS["clinic-appointments"],
            artifacts=tuple(earlier),
            human_decisions=(HumanDecision(1, "No e-mail. Use MySQL. `x` | <b>"),),
            round=2,
            feedback="Change | `this` <i>\n## x",
        )
    )

    deliverable = parse_deliverable(made.model_dump_json(), get_role(role))
    results = check_deliverable(get_role(role), deliverable)
    assert [result for result in results if result.status == "failed"] == []
