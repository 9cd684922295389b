from hypothesis import given
from hypothesis import strategies as st

from agents.brief.identifiers import MAX_CHARS, RESERVED, identifier, slug, unique
from agents.simulator.data import quoted


@given(st.text(max_size=200))
def test_any_text_gives_a_name_that_sql_and_openapi_accept(text):
    name = identifier(text)

    assert name.isascii()
    assert name.isidentifier()
    assert name == name.lower()
    assert len(name) <= MAX_CHARS + 1
    assert name not in RESERVED
    assert quoted(name) == name


@given(st.text(max_size=200))
def test_any_text_gives_a_segment_of_a_path(text):
    assert slug(text)
    assert all(char.isascii() and (char.isalnum() or char == "-") for char in slug(text))


@given(st.lists(st.text(max_size=60), max_size=20))
def test_names_are_given_once(texts):
    taken: set[str] = set()

    names = [unique(identifier(text), taken) for text in texts]

    assert len(set(names)) == len(names)


def test_letters_are_written_out():
    assert identifier("Bücher") == "buecher"
    assert identifier("Straße") == "strasse"
    assert identifier("usługa") == "usluga"
    assert identifier("réservé") == "reserve"
    assert identifier("order") == "order_"
    assert identifier("予約") != identifier("部屋")
