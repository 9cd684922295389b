"""The designer's work: wireframes with the brief's labels, colours that can be read, ways, and criteria with places."""

import json
import re

import pytest

from agents.simulator import write_deliverable
from agents.simulator.colours import colour, contrast, readable
from agents.tests.factories import BRIEFS, content, make_assignment, run_session

SOME = ("clinic-appointments", "feature-flags", "passwordless-sign-in", "library-loans", "one-line")


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert colour(1.0, 0.0, 0) == "#ffffff"


@pytest.mark.parametrize("hue", range(0, 360, 15))
def test_a_readable_colour_is_readable_at_every_hue(hue):
    assert contrast(readable(hue, chroma=0.12, on="#fafafa"), "#fafafa") >= 4.5


@pytest.mark.parametrize("name", [*SOME, "markup", "chinese"])
def test_all_text_colours_of_the_tokens_reach_the_contrast(sessions, name):
    tokens = json.loads(content(sessions[name], "design/tokens.json"))
    colours = tokens["colour"]

    for key in ("text", "quiet", "act", "focus", "refusal"):
        assert contrast(colours[key]["$value"], colours[key]["on"]) >= 4.5
        assert colours[key]["contrast"] == pytest.approx(contrast(colours[key]["$value"], colours[key]["on"]), abs=0.01)
    for look in tokens["state"].values():
        assert contrast(look["colour"], colours["canvas"]["$value"]) >= 4.5


@pytest.mark.parametrize("name", SOME)
def test_every_entity_has_a_screen_with_its_words_and_states(sessions, name):
    html = content(sessions[name], "design/wireframes.html")

    for entity in sessions[name]["architect"].domain.entities[:14]:
        heading = entity.label_plural[0].upper() + entity.label_plural[1:]
        section = html.split(f">{heading}</h2>")[1].split("</section>")[0]
        assert "<table>" in section
        for state in entity.states[:6]:
            assert state.replace("_", " ") in section


@pytest.mark.parametrize("name", SOME)
def test_wireframes_have_landmarks_and_one_main_heading(sessions, name):
    html = content(sessions[name], "design/wireframes.html")

    assert html.count("<h1>") == 1
    assert html.count("<main") == 1
    assert "<nav aria-label=" in html
    assert len(re.findall(r"<section[^>]* aria-labelledby=", html)) == html.count("<section")
    assert set(re.findall(r'href="#([\w-]+)"', html)) <= set(re.findall(r'id="([\w-]+)"', html))


def test_ways_follow_each_actor_through_what_they_do(sessions):
    flows = content(sessions["clinic-appointments"], "design/flows.md")
    domain = sessions["clinic-appointments"]["architect"].domain

    for actor in domain.actors:
        section = flows.split(f"### {actor.label}\n")[1].split("\n##")[0]
        done = [op.key for op in domain.operations if actor.key in op.actors and op.source]
        assert done
        assert all(f"`{key}`" in section for key in done)


def test_a_life_is_drawn_by_its_transitions():
    session = run_session("Clerks approve permits. Clerks reject permits. Owners cancel permits.")
    flows = content(session, "design/flows.md")
    permit = next(e for e in session["architect"].domain.entities if e.name == "permit")

    drawn = flows.split("stateDiagram-v2")[1].split("```")[0]

    assert len(permit.states) > 2
    assert all(f'"{state.replace("_", " ")}"' in drawn for state in permit.states)
    assert "Approve permit" in drawn


def test_criteria_are_those_that_the_brief_makes_matter(sessions):
    signing = content(sessions["passwordless-sign-in"], "design/accessibility.md")
    comments = content(sessions["one-line"], "design/accessibility.md")

    assert "3.3.8 Accessible Authentication" in signing
    assert "2.2.1 Timing Adjustable" in signing
    assert "3.3.8" not in comments
    assert "2.2.1" not in comments


def test_criteria_name_their_places(sessions):
    notes = content(sessions["clinic-appointments"], "design/accessibility.md")

    assert re.search(r"\| 4\.1\.3 [^|]*\| [^|]*Book appointment", notes)
    booked = next(e for e in sessions["clinic-appointments"]["architect"].domain.entities if e.name == "appointment")
    assert re.search(rf"\| 1\.4\.1 [^|]*\| [^|]*appointments: {booked.states[0]}", notes)


def test_feedback_stands_in_the_wireframes_and_puts_its_screen_first():
    made = write_deliverable(
        make_assignment(
            "ui_ux_designer", BRIEFS["clinic-appointments"], round=2, feedback="Show the treatments before all else."
        )
    )

    html = next(a.content for a in made.artifacts if a.path == "design/wireframes.html")

    assert "Show the treatments before all else." in html
    assert 'id="title-1">Treatments<' in html
