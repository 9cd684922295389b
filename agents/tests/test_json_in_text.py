"""What is taken for the answer in the words that models put around it."""

import json
import time

import pytest

from agents.deliverable import parse_deliverable
from agents.errors import MalformedDeliverable
from agents.json_in_text import json_in
from agents.roles import get_role

SAID = {"summary": "Done.", "handoff": 'See ```json\n{}``` and </think>{"a": 1} and `{x}`.'}
GOOD = json.dumps(SAID, indent=1)
DRAFT = '{"summary": "a draft'


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"\n{GOOD}\n\n",
        GOOD.replace("\\n", "\n"),
        f"```json\n{GOOD}\n```",
        f"```\n{GOOD}```",
        f"```json\n{GOOD}",
        f"<think>The {{brief}} wants {DRAFT}.</think>{GOOD}",
        f"The {{brief}} wants {DRAFT}.\n</think>\n\n{GOOD}",
        f"<think>I close with </think>.</think>{GOOD}",
        f"<think>```json\n{DRAFT}\n```</think>\nHere it is:\n\n```json\n{GOOD}\n```\nAnything else?",
        f"Here is the deliverable:\n```json\n{GOOD}\n```",
        f"Here is the deliverable for {{feature}}:\n```JSON\n{GOOD}\n```\n",
        f"First ```sh\nls {{a,b}}\n``` then {GOOD}",
        f"Here is the deliverable: {GOOD}",
        f"{GOOD}\n\nLet me know!",
        f"{GOOD}\n\n```json\n{{\"another\": 1}}\n```",
        f"{GOOD}}}",
        f'<think>{GOOD.replace("Done", "Well")}</think>{GOOD}',
    ],
)  # fmt: skip
def test_the_answer_is_found_whatever_stands_around_it(text):
    assert json_in(text) == SAID
    assert parse_deliverable(text, get_role("architect")).summary == "Done."


@pytest.mark.parametrize(
    "text",
    [
        "I cannot help with this.",
        "<think>The brief</think> I cannot help with {this}.",
        "Write {} or [] here.",
        GOOD[:-1],
        f"Here it is: {GOOD[:-1]}",
        f"<think>Well.</think>```json\n{GOOD[:-5]}",
        "{'summary': 'Done.'}",
        "",
    ],
)
def test_what_is_no_answer_is_none_whatever_braces_are_in_it(text):
    with pytest.raises(ValueError, match=r"line \d+ column"):
        json_in(text)


def test_thoughts_may_name_the_mark_that_ends_them():
    assert json_in(f'<think>I close with </think> and write {DRAFT}.</think>{{"summary": "Done."}}') == {
        "summary": "Done."
    }


def test_a_whole_text_is_taken_as_it_is():
    assert json_in("[1, 2]") == [1, 2]
    assert json_in('"{\\"a\\": 1}"') == '{"a": 1}'


HOSTILE = {
    "objects that never close": '{"a":[' + "{}," * 1_300_000,
    "objects in fences": '```json\n{"a":' * 300_000,
    "marks before objects": '</think>{"a":[1,' * 250_000,
    "braces": "{ " * 2_000_000,
    "blanks": "x {" + " " * 4_000_000,
    "ticks": "`" * 4_000_000,
    "a long name of a language": "```" + "a" * 4_000_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_four_megabytes_of_anything_are_read_in_no_time(text):
    began = time.process_time()

    with pytest.raises(MalformedDeliverable):
        parse_deliverable(text, get_role("architect"))

    assert time.process_time() - began < 5, "quadratic would be hours"
