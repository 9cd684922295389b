"""Diagrams and decision records in Markdown are read for what Mermaid draws and a reader needs."""

import time

import pytest

from agents.checks.madr import check_madr
from agents.checks.mermaid import check_mermaid
from agents.deliverable import Artifact
from agents.tests.bounds import BOUNDED_SECONDS

FLOW = """\
flowchart LR
  %% a comment
  A[Web shop] -->|asks; often| B(["API (v1)"])
  B -- "reads & writes" --> C[(Database)] & D{{Queue}}
  B -. maybe .-> E{Ready?}
  E ==> F((End)); F --- G>flag] ; G <--> A
  subgraph inner ["The inside"]
    direction TB
    H1 --> H2:::warm
    I@{ shape: cyl }
  end
  classDef warm fill:#f96
  click A "https://example.org"
  Ä --x Ö
"""
SEQUENCE = """\
sequenceDiagram
  autonumber
  participant A as Web shop
  actor U
  U->>+A: opens a page
  A-->>-U: the page: done
  alt it is there
    A->>A: looks
  else it is not
    loop every minute
      A-)U: "come back"
    end
  end
  Note over A,U: both wait
  A-xU: gone
"""
STATES = """\
stateDiagram-v2
  [*] --> Draft
  Draft --> Done : finish
  state "Waiting long" as W
  state Done {
    [*] --> Kept
    --
    [*] --> Sent
  }
  state choice <<choice>>
  note right of W
    any text: at all {
  end note
  W : is patient
  Done --> [*]
"""
ENTITIES = """\
erDiagram
  USER ||--o{ ORDER : places
  ORDER }|..|| "line item" : "has one"
  USER {
    bigint id PK
    varchar(20) name UK, FK "the name; short"
    text[] tags
  }
  ORDER
"""


def drawn(diagram: str, before: str = "# Title\n\n"):
    return check_mermaid(Artifact(path="docs/architecture.md", content=f"{before}```mermaid\n{diagram}```\n"))


@pytest.mark.parametrize("diagram", [FLOW, SEQUENCE, STATES, ENTITIES, 'pie\n "a" : 1\n', "gantt\n title x\n"])
def test_a_diagram_that_mermaid_draws_passes(diagram):
    assert [(result.status, result.message) for result in drawn(diagram)] == [
        ("passed", "1 diagram has the structure that Mermaid draws")
    ]


@pytest.mark.parametrize(
    ("diagram", "line", "message"),
    [
        ("flowchrt LR\n A --> B\n", 4, "no kind of diagram"),
        ("", 3, "empty"),
        ("%% nothing\n", 3, "empty"),
        ("flowchart SIDEWAYS\n A --> B\n", 4, "no direction"),
        ("flowchart LR\n A -> B\n", 5, "no arrow"),
        ("flowchart LR\n A --> B\n B => C\n", 6, "no arrow"),
        ("flowchart LR\n A[Shop (old)] --> B\n", 5, "needs quotes"),
        ("flowchart LR\n A[Shop --> B\n", 5, "never closed"),
        ('flowchart LR\n A["Shop] --> B\n', 5, "quote is never closed"),
        ("flowchart LR\n A -->\n", 5, "leads nowhere"),
        ("flowchart LR\n A --> end\n", 5, "cannot be called end"),
        ("flowchart LR\n subgraph x\n A --> B\n", 5, "never closed"),
        ("flowchart LR\n A --> B\n end\n", 6, "closes no subgraph"),
        ("flowchart LR\n A B\n", 5, "no arrow"),
        ("sequenceDiagram\n A->>B\n", 5, "no text"),
        ("sequenceDiagram\n A=>B: x\n", 5, "no message"),
        ("sequenceDiagram\n loop always\n A->>B: x\n", 5, "never closed"),
        ("sequenceDiagram\n A->>B: x\n end\n", 6, "closes nothing"),
        ("sequenceDiagram\n else\n", 5, "outside"),
        ("sequenceDiagram\n Note over A\n", 5, "note"),
        ("stateDiagram-v2\n A -> B\n", 5, "no transition"),
        ("stateDiagram-v2\n state A {\n B --> C\n", 5, "never closed"),
        ("stateDiagram-v2\n }\n", 5, "closes nothing"),
        ("erDiagram\n A ||--o{ B\n", 5, "no label"),
        ("erDiagram\n A |--o{ B : x\n", 5, "no relation"),
        ("erDiagram\n A {\n bigint\n }\n", 6, "no attribute"),
        ("erDiagram\n A {\n bigint id XX\n }\n", 6, "no attribute"),
        ("erDiagram\n A {\n bigint id\n", 5, "never closed"),
    ],
)
def test_a_fault_of_a_diagram_is_told_with_its_line_in_the_file(diagram, line, message):
    found = drawn(diagram)

    assert (found[0].status, found[0].line) == ("failed", line)
    assert message in found[0].message
    assert found[0].remedy


def test_a_fence_that_is_never_closed_and_one_inside_another():
    open_fence = Artifact(path="a.md", content="x\n\n```mermaid\nflowchart LR\nA --> B\n")
    shown = Artifact(path="a.md", content="````text\n```mermaid\nnonsense\n```\n````\n")

    assert "never closed" in check_mermaid(open_fence)[0].message
    assert check_mermaid(shown) == []
    assert check_mermaid(Artifact(path="a.md", content="no diagram\n")) == []


RECORD = """\
# Sessions live in PostgreSQL

Status: accepted

## Context and Problem Statement
R-1 asks for sign-out everywhere.

## Decision Drivers
- R-1

## Considered Options
1. PostgreSQL
2. Redis

## Decision Outcome
PostgreSQL, because R-1.

### Consequences
- Good: one store.
- Bad: more writes.
"""


def recorded(text: str):
    return check_madr(Artifact(path="docs/adr/0001-x.md", content=text))


@pytest.mark.parametrize(
    "text",
    [
        RECORD,
        RECORD.replace("1. PostgreSQL\n2. Redis", "### PostgreSQL\nGood.\n### Redis\nBad."),
        RECORD.replace("1. PostgreSQL\n2. Redis", "| a | b |\n| - | - |\n| PostgreSQL | x |\n| Redis | y |"),
        RECORD.replace("Context and Problem Statement", "Kontext")
        .replace("Considered Options", "Erwogene Alternativen")
        .replace("Decision Outcome", "Entscheidung")
        .replace("Consequences", "Folgen"),
    ],
)
def test_a_record_with_all_its_parts_passes_in_several_styles_and_languages(text):
    assert [result.status for result in recorded(text)] == ["passed"]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("## Context and Problem Statement\nR-1 asks for sign-out everywhere.\n", "", 1, "no context"),
        ("R-1 asks for sign-out everywhere.\n", "", 5, "is empty"),
        ("2. Redis\n", "", 11, "names 1 option"),
        ("1. PostgreSQL\n2. Redis\n", "Whatever works.\n", 11, "names no options"),
        ("## Decision Outcome\nPostgreSQL, because R-1.\n", "", 1, "no decision"),
        ("### Consequences\n", "", 1, "no consequences"),
        ("# Sessions live in PostgreSQL\n", "", 1, "no title"),
    ],
)
def test_a_record_that_lacks_a_part_is_told_what_to_add(old, new, line, message):
    assert old in RECORD

    found = recorded(RECORD.replace(old, new))

    assert (found[0].status, found[0].line) == ("failed", line)
    assert message in found[0].message
    assert found[0].remedy


def test_a_record_without_a_status_is_a_warning():
    assert [result.status for result in recorded(RECORD.replace("Status: accepted\n", ""))] == ["warning"]


HOSTILE = {
    "fences": "```mermaid\n" * 45_000,
    "closed fences": "```mermaid\nflowchart LR\nA\n```\n" * 16_000,
    "one long line": "```mermaid\nflowchart LR\n" + "A-->" * 120_000 + "\n```\n",
    "many lines": "```mermaid\nflowchart LR\n" + "A --> B\n" * 60_000 + "```\n",
    "dashes": "```mermaid\nflowchart LR\n" + ("A " + "- " * 900 + "\n") * 250 + "```\n",
    "brackets": "```mermaid\nflowchart LR\n" + ("A" + "[" * 1_900 + "\n") * 250 + "```\n",
    "colons": "```mermaid\nsequenceDiagram\n" + ("A->>" * 480 + "\n") * 250 + "```\n",
    "relations": "```mermaid\nerDiagram\n" + ("A " + "|o--" * 480 + "\n") * 250 + "```\n",
    "names": "```mermaid\nstateDiagram-v2\n" + ("a." * 990 + "!\n") * 250 + "```\n",
    "attributes": "```mermaid\nerDiagram\nA {\n" + ("a" * 1_900 + " !\n") * 250 + "}\n```\n",
    "headings": "# a\n" * 120_000,
    "items": "# a\n## Options\n" + "- a\n" * 120_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_takes_little_time(name):
    artifact = Artifact(path="docs/adr/0001-x.md", content=HOSTILE[name])
    for check in (check_mermaid, check_madr):
        began = time.process_time()

        check(artifact)

        assert time.process_time() - began < BOUNDED_SECONDS, check.__name__
