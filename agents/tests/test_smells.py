"""What smells in a requirement, and what does not."""

import time

import pytest

from agents.brief.smells import NAMES, smells_of
from agents.tests.bounds import BOUNDED_SECONDS


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("The search is fast.", "vague_quality", "fast"),
        ("Links usually expire.", "vague_adverb", "usually"),
        ("The new page is faster.", "comparison", "faster"),
        ("The system picks the best match.", "superlative", "best"),
        ("Some users see the report.", "vague_amount", "Some"),
        ("Users may upload up to a reasonable number of files.", "vague_quality", "reasonable"),
        ("Attachments are limited to small files.", "missing_number", "limited to"),
        ("Users export CSV, PDF etc.", "open_list", "etc."),
        ("Orders are delivered in order where possible.", "loophole", "where possible"),
        ("Documents are approved.", "passive_without_actor", "Documents … approve"),
        ("It must be kept.", "vague_pronoun", "It"),
        ("A clerk must not delete a file.", "negative_without_exception", "must not"),
        ("Clerks must check orders and managers must sign them.", "several_in_one", "must (2 demands)"),
        ("Clerks " + "and clerks " * 25 + "write.", "too_long", "52 words"),
        ("The fee is TBD.", "placeholder", "TBD"),
        ("Die Suche ist schnell.", "vague_quality", "schnell"),
        ("Belege, Fotos usw. werden gespeichert.", "open_list", "usw."),
        ("La page est simple.", "vague_quality", "simple"),
        ("El sistema debería avisar.", "loophole", "debería"),
        ("System jest szybki.", "vague_quality", "szybki"),
    ],
)
def test_a_smell_is_named_with_its_words(text, name, words):
    found = {(smell.name, smell.words) for smell in smells_of(text)}

    assert (name, words) in found


@pytest.mark.parametrize(
    "text",
    [
        "An employee photographs a receipt.",
        "A link works for 10 minutes.",
        "The search answers within 200 ms.",
        "At most 5 links an hour for one address.",
        "A household may hold at most two permits.",
        "Customers must not see drafts unless the author shares them.",
        "The clerk sets the priority to “fast”.",
        "Wer austritt, dessen Daten löscht das System nach 10 Jahren.",
    ],
)
def test_a_clear_requirement_does_not_smell(text):
    assert smells_of(text) == []


def test_every_smell_says_why_and_what_to_write_instead():
    for smell in smells_of("It should be fast, easy to use, etc. and some documents must not be deleted. TBD"):
        assert smell.name in NAMES
        assert smell.why.endswith(".")
        assert smell.instead.endswith((".", "”.", "…”."))


@pytest.mark.parametrize("text", ["", " ", "🎉", "(" * 100_000, "a " * 100_000, "用户可以预订房间。", "\x00\ud800"])
def test_any_text_is_judged_within_bounds(text):
    began = time.process_time()
    smells = smells_of(text)

    assert time.process_time() - began < BOUNDED_SECONDS
    assert len(smells) <= 3 * len(NAMES)


def test_an_unknown_language_does_not_smell():
    assert smells_of("用户可以预订房间。", "und") == []
