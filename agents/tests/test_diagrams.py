"""Diagrams: what is drawn is well-formed, keeps apart what must be read, and holds nothing but our own markup."""

import re
import time
from xml.etree import ElementTree

import pytest

from agents.brief.understanding import understand
from agents.deliverable import Domain, DomainField, Entity, Relation, Transition
from agents.diagrams import Diagram, domain_diagrams, entity_diagram, mermaid_diagram
from agents.diagrams.layout import layered
from agents.diagrams.measuring import cut, width, wrap
from agents.tests.bounds import BOUNDED_SECONDS
from agents.tests.factories import BRIEFS, HOSTILE, content, run_session

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {
    "svg": {"class", "role", "aria-labelledby", "width", "height", "viewBox"},
    "title": {"id"},
    "desc": {"id"},
    "style": set(),
    "g": set(),
    "path": {"class", "d"},
    "rect": {"class", "x", "y", "width", "height", "rx"},
    "circle": {"class", "cx", "cy", "r"},
    "text": {"class", "x", "y", "text-anchor"},
}
EVIL = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</text></svg><script>alert(1)</script>",
    "' onload='alert(1)",
    "]]>&lt;b&gt;&#60;script&#62;",
    "<style>*{display:none}</style>",
    "javascript:alert(1)",
    "\x00\u202e ünï",
)


def parsed(diagram: Diagram) -> ElementTree.Element:
    return ElementTree.fromstring(diagram.svg())


def boxes(diagram: Diagram) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of every box."""
    found = []
    for rect in parsed(diagram).iter(f"{SVG}rect"):
        x, y, wide, high = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
        found.append((x, y, x + wide, y + high))
    return found


def overlapping(found: list[tuple[float, float, float, float]]) -> list[object]:
    return [
        (one, other)
        for n, one in enumerate(found)
        for other in found[n + 1 :]
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    ]


def domain_of(count: int, *, label: str = "thing", every: int = 3) -> Domain:
    """A domain of so many entities, each with two fields, related like the branches of a tree and a few more."""
    entities = [
        Entity(
            name=f"e{n}",
            label=f"{label} {n}",
            table=f"e{n}s",
            path=f"e{n}s",
            fields=[DomainField(name="name"), DomainField(name="amount", type="decimal")],
        )
        for n in range(count)
    ]
    relations = [Relation(source=f"e{n}", target=f"e{n // every}") for n in range(1, count)]
    relations += [Relation(source=f"e{n}", target=f"e{n - 5}", kind="one_to_many") for n in range(7, count, 4)]
    return Domain(entities=entities, relations=relations)


@pytest.mark.parametrize("name", sorted(BRIEFS))
def test_each_brief_gives_diagrams_without_overlaps_in_which_all_names_stand(name: str) -> None:
    domain = understand(BRIEFS[name]).domain

    for diagram in domain_diagrams(domain):
        assert not overlapping(boxes(diagram)), diagram.name
        for left, top, right, bottom in boxes(diagram):
            assert left >= 0
            assert top >= 0
            assert right <= diagram.width
            assert bottom <= diagram.height
    entities = next((one for one in domain_diagrams(domain) if one.name == "entities"), None)
    if entities is not None:
        for entity in domain.entities:
            assert (entity.label or entity.name).lower() in entities.description.lower()


@pytest.mark.parametrize("name", ["passwordless-sign-in", "webhook-delivery", "expense-reports"])
def test_every_block_that_the_architect_and_the_designer_write_is_drawn(name: str) -> None:
    session = run_session(BRIEFS[name])
    domain = Domain.model_validate_json(content(session, "domain.json"))

    blocks = [
        block
        for deliverable in session.values()
        for artifact in deliverable.artifacts
        for block in re.findall(r"```mermaid\n(.*?)```", artifact.content, re.DOTALL)
    ]

    assert blocks
    for block in blocks:
        assert mermaid_diagram(block, name="block", domain=domain) is not None, block


@pytest.mark.parametrize("count", [1, 2, 14, 40, 60])
def test_many_entities_stay_apart_and_in_the_picture(count: int) -> None:
    diagram = entity_diagram(domain_of(count))

    assert diagram is not None
    found = boxes(diagram)
    assert len(found) == count
    assert not overlapping(found)
    assert max(right for _, _, right, _ in found) <= diagram.width


def test_a_star_of_many_is_folded_into_rows_that_fit_a_page() -> None:
    diagram = entity_diagram(domain_of(20, every=20))

    assert diagram is not None
    assert diagram.width < 1800  # in one row it would be 3,400


@pytest.mark.parametrize("evil", EVIL)
def test_no_word_becomes_markup(evil: str) -> None:
    domain = domain_of(3, label=evil)
    domain = domain.model_copy(
        update={
            "entities": [
                entity.model_copy(
                    update={"states": ["open", "shut"], "transitions": [Transition(target="shut", operation="x")]}
                )
                for entity in domain.entities
            ]
        }
    )
    word = evil.replace("\n", " ").replace('"', "").replace("]", "").replace(";", "")
    drawn = [
        *domain_diagrams(domain),
        mermaid_diagram(f'flowchart LR\n a["{word}"] -->|{word.replace("|", "")}| b', name="f"),
        mermaid_diagram(f"sequenceDiagram\n participant a as {evil}\n a->>a: {evil}", name="s"),
        mermaid_diagram(f"stateDiagram-v2\n [*] --> a : {evil}\n a --> [*]", name="st"),
    ]

    for diagram in (one for one in drawn if one is not None):
        for svg in (diagram.svg(), diagram.file().partition("?>")[2]):
            for element in ElementTree.fromstring(svg).iter():
                tag = element.tag.removeprefix(SVG)
                assert set(element.attrib) <= ALLOWED[tag]
                assert tag != "style" or "display:none" not in (element.text or "")


def test_a_diagram_has_words_for_those_who_listen_and_ids_of_its_own() -> None:
    domain = domain_of(3)
    diagram = entity_diagram(domain)
    assert diagram is not None

    one, other = diagram.svg(prefix="a"), diagram.svg(prefix="b")

    root = ElementTree.fromstring(one)
    assert root.attrib["role"] == "img"
    named = root.attrib["aria-labelledby"].split()
    assert named == [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert "thing 1" in (root.find(f"{SVG}desc").text or "")  # type: ignore[union-attr]
    assert not set(re.findall(r'id="([^"]+)"', one)) & set(re.findall(r'id="([^"]+)"', other))


def test_the_same_domain_is_drawn_the_same() -> None:
    domain = domain_of(14)

    assert [one.svg() for one in domain_diagrams(domain)] == [one.svg() for one in domain_diagrams(domain)]


def test_a_file_by_itself_follows_the_colours_of_its_reader_and_a_page_brings_its_own() -> None:
    diagram = entity_diagram(domain_of(2))
    assert diagram is not None

    assert "prefers-color-scheme:dark" in diagram.file()
    assert "<style" not in diagram.svg()
    assert "style=" not in diagram.svg()


@pytest.mark.parametrize(
    "block",
    [
        "",
        "pie\n a: 1",
        "flowchart LR\n a --> ",
        "flowchart LR\n a[unclosed --> b",
        "erDiagram\n A {\n int x",
        "sequenceDiagram\n alt x\n a->>b: y",
        "sequenceDiagram\n end\n a->>b: y",
        "stateDiagram-v2\n state x {\n a --> b\n }",
        "flowchart LR\n" + "a --> b\n" * 400,
        "flowchart LR\n" + "\n".join(f"n{n} --> n{n + 1}" for n in range(200)),
        "gantt\n title x",
    ],
)
def test_what_is_not_understood_or_too_large_is_not_drawn(block: str) -> None:
    assert mermaid_diagram(block, name="block") is None


def test_a_flowchart_in_the_forms_people_write_is_drawn() -> None:
    text = """flowchart TD
    %% a comment
    A([Start]) --> B{Is it late?}
    B -- yes --> C[(Archive)]
    B -->|no| D["Send it; now"] & E
    D -.-> F((end)) ; C ==> F
    subgraph one [A group]
      E <--> F
    end
    style A fill:#f9f
    click A "javascript:alert(1)"
    """

    diagram = mermaid_diagram(text.replace("Send it; now", "Send it now"), name="f")

    assert diagram is not None
    for words in ("Is it late?", "yes", "Archive", "Send it now"):
        assert words in diagram.body
    assert "javascript" not in diagram.svg()


def test_an_entity_diagram_that_shows_the_domain_is_drawn_from_it() -> None:
    domain = domain_of(2)
    block = "erDiagram\n E0 {\n int id\n }\n E1 {\n int id\n }\n E0 ||--o{ E1 : has"

    assert "amount" in mermaid_diagram(block, name="b", domain=domain).body  # type: ignore[union-attr]
    assert "amount" not in mermaid_diagram(block.replace("E1", "OTHER"), name="b", domain=domain).body  # type: ignore[union-attr]


@pytest.mark.parametrize("text", HOSTILE.values())
def test_a_hostile_brief_is_drawn_like_any_other(text: str) -> None:
    for diagram in domain_diagrams(understand(text).domain):
        assert not overlapping(boxes(diagram))


def test_a_block_made_to_be_slow_is_drawn_or_refused_in_time() -> None:
    dense = "flowchart LR\n" + "\n".join(f"n{a} --> n{b}" for a in range(40) for b in range(a + 1, min(40, a + 5)))
    links = "flowchart LR\n a" + " --" * 130
    names = "flowchart LR\n " + "a." * 190
    began = time.process_time()

    for block in (dense, links, names, "sequenceDiagram\n" + "a" * 390 + "->>", "erDiagram\n" + "a " * 190):
        mermaid_diagram(block, name="block")

    assert time.process_time() - began < BOUNDED_SECONDS


def test_edges_of_a_layout_lead_from_box_to_box_and_never_through_a_row_of_boxes() -> None:
    sizes = [(100.0, 40.0)] * 6
    edges = [(0, 1), (1, 2), (0, 2), (2, 0), (3, 4), (0, 5)]

    placed = layered(sizes, edges)

    for (source, target), route in zip(edges, placed.routes, strict=True):
        ends = ((route[0], placed.corners[source]), (route[-1], placed.corners[target]))
        for (x, y), (left, top) in ends:
            assert left <= x <= left + 100
            assert y in (top, top + 40)


def test_words_are_wrapped_and_what_is_left_over_is_marked() -> None:
    lines = wrap("one two three four five six seven eight nine ten", most=80, lines=3)

    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(width(line) <= 80 for line in lines)
    assert width(cut("a" * 200, most=90)) <= 90
    assert wrap("very_long_name_of_a_field_that_never_ends", most=90, lines=9)[0] == "very_long_"
