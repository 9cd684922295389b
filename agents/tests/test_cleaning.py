import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.cleaning import clean_json, clean_line, clean_text, clean_value, safe_path
from agents.deliverable import Deliverable, parse_deliverable
from agents.errors import MalformedDeliverable
from agents.roles import get_role

ANY_TEXT = st.text(alphabet=st.characters(), max_size=300)  # lone surrogates included
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(ANY_TEXT, inner, max_size=5),
    max_leaves=20,
)


@given(ANY_TEXT)
def test_clean_text_can_be_stored_and_shown(text):
    cleaned = clean_text(text)

    cleaned.encode("utf-8")  # no lone surrogate is left
    assert not any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in cleaned)
    assert not set(cleaned) & set("\u202e\u200b\ufeff\u2066\x00")
    assert clean_text(cleaned) == cleaned


@given(ANY_JSON)
def test_clean_values_are_json_that_postgresql_takes(value):
    text = json.dumps(clean_value(value), allow_nan=False, ensure_ascii=False)

    assert "\\u0000" not in text
    text.encode("utf-8")


@given(ANY_TEXT)
def test_a_line_stays_one_line(text):
    assert "\n" not in clean_line(text)
    assert len(clean_line(text, limit=20)) <= 20


def test_what_people_write_survives():
    text = "Grüße, “quotes”, naïve 👩‍👩‍👧 and می‌خواهم\n\tindented"

    assert clean_text(text) == text


@pytest.mark.parametrize(
    "path",
    [
        "../etc/passwd",
        "/etc/passwd",
        "a/../b",
        "a//b",
        "",
        ".",
        "..",
        "a/.hidden",
        "C:/x",
        "a\\b",
        "a b",
        "con.txt",
        "nul",
        "a/b.",
        "x" * 300,
        "a\x00/../b",
        "~/x",
        "a/*",
        "é.md",
    ],
)
def test_a_path_that_could_leave_its_folder_is_refused(path):
    with pytest.raises(ValueError, match="path"):
        safe_path(path)


@pytest.mark.parametrize("path", ["docs/adr/0001-one.md", "web/index.html", "db/schema.sql", "a_b/c-d.e.yaml"])
def test_a_plain_path_is_kept(path):
    assert safe_path(path) == path


def answer(**changes) -> str:
    return json.dumps({"summary": "Done.", **changes})


ARCHITECT = get_role("architect")


def test_a_deliverable_is_parsed_and_cleaned():
    text = answer(
        summary="Do\u202ene.",
        decisions=[{"key": "A-1", "text": "One\u0000.", "confidence": 0.9, "unknown": 1}],
        artifacts=[{"path": "docs/a.md", "media_type": "text/markdown", "content": "x\ud800y"}],
    )

    deliverable = parse_deliverable(f"```json\n{text}\n```", ARCHITECT)

    assert deliverable.summary == "Done."
    assert (deliverable.decisions[0].text, deliverable.decisions[0].confidence) == ("One.", 90)
    assert deliverable.artifacts[0].content == "xy"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "nothing"),
        ("I cannot help with this.", "no JSON"),
        ('{"summary": "cut off', "no JSON"),
        ("[]", "does not fit"),
        (answer(summary=""), "summary"),
        (answer(artifacts=[{"path": "../x", "content": ""}]), "path"),
        (answer(artifacts=[{"path": "a.md", "content": ""}, {"path": "A.md", "content": ""}]), "stands twice"),
        (answer(decisions=[{"key": "A", "text": "x", "confidence": 101}]), "confidence"),
        (answer(decisions=[{"key": "A", "text": "x", "confidence": "9" * 400}]), "confidence"),
        (answer(requirements=[{"key": "1", "text": "x"}]), "key"),
        ("[" * 100_000, "nested"),
        ('{"summary": ' + "[" * 60 + "]" * 60 + "}", "nested"),
        ('{"summary": "' + "x" * (5 * 1024 * 1024) + '"}', "more than"),
    ],
)
def test_what_is_no_deliverable_is_refused_with_the_reason(text, reason):
    with pytest.raises(MalformedDeliverable, match=reason):
        parse_deliverable(text, ARCHITECT)


def test_a_deliverable_survives_its_own_json():
    deliverable = Deliverable(summary="Done.")

    assert parse_deliverable(deliverable.model_dump_json(), ARCHITECT) == deliverable


@given(ANY_JSON)
def test_json_cleaned_as_text_means_what_the_cleaned_value_means(value):
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False)):
        assert clean_value(json.loads(clean_json(text))) == clean_value(json.loads(text))


def test_no_escape_hides_a_letter_or_a_mark():
    assert clean_json(r'["a\u200bb", "\u0063\u0001d", "\\u0041", "\ud83d\ude00", "\u0022\u005c\u000a"]') == (
        r'["ab", "cd", "\\u0041", "\ud83d\ude00", "\u0022\u005c\u000a"]'
    )
