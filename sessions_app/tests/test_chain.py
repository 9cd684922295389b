import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions_app.journal.canonical import canonical_json
from sessions_app.journal.chain import seal
from sessions_app.tests.states import NOON

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@given(plain)
def test_canonical_json_is_the_same_for_the_same_value_and_can_be_read_back(value):
    text = canonical_json(value)

    assert json.loads(text) == value
    assert canonical_json(json.loads(text)) == text


@pytest.mark.parametrize("value", [0.5, {"a": [1, 2.0]}, float("nan")])
def test_floats_have_no_canonical_form(value):
    with pytest.raises(ValueError, match="no floats"):
        canonical_json(value)


def test_an_event_is_sealed_by_the_published_formula():
    sealed = seal("0" * 64, at=NOON, chain_id="c", seq=1, type="stage_started", data={"stage": 1, "round": 1})

    data_sha256 = hashlib.sha256((sealed.data_salt + '{"round":1,"stage":1}').encode()).hexdigest()
    body = (
        f'{{"at":"2026-03-01T12:00:00.000000Z","chain_id":"c","data_sha256":"{data_sha256}",'
        '"seq":1,"type":"stage_started"}'
    )
    assert sealed.data_sha256 == data_sha256
    assert sealed.hash == hashlib.sha256(("0" * 64 + body).encode()).hexdigest()
    assert len(sealed.data_salt) == 32
