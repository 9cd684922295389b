import pytest

from agents.providers import event_stream
from agents.providers.event_stream import EventStream, LineTooLong


def read(*pieces: bytes) -> list[tuple[str, bytes]]:
    stream = EventStream()
    return [tuple(event) for piece in pieces for event in stream.feed(piece)] + [tuple(e) for e in stream.finish()]


STREAM = (
    b': OPENROUTER PROCESSING\n\nevent: delta\ndata: {"a": 1}\nid: 7\n\ndata:one\ndata\ndata: two\n\ndata: [DONE]\n\n'
)
EVENTS = [("delta", b'{"a": 1}'), ("message", b"one\n\ntwo"), ("message", b"[DONE]")]


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"], ids=["LF", "CR LF", "CR"])
def test_events_are_the_same_wherever_the_pieces_are_torn(newline):
    stream = STREAM.replace(b"\n", newline)

    assert read(stream) == EVENTS
    assert read(*(bytes([byte]) for byte in stream)) == EVENTS
    for cut in range(len(stream)):
        assert read(stream[:cut], stream[cut:]) == EVENTS


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"data: whole\n", [("message", b"whole")]),
        (b"data: whole\n\ndata: cut of", [("message", b"whole")]),
        (b"\xef\xbb\xbfdata: after a mark\n\n", [("message", b"after a mark")]),
        (b"event: nothing\n\ndata: x\n\n", [("message", b"x")]),
        (b"data: caf\xc3\xa9\n\n", [("message", "café".encode())]),
        (b"dataset: x\nretry: 5\n\n", []),
        (b"data: \n\n" * 3, []),
        (b"data:\n\ndata\n\ndata:  \n\ndata: \ndata\n\nevent: ping\ndata: \n\n", []),
        (b"data: a\n\ndata: \n\ndata: b\n\n", [("message", b"a"), ("message", b"b")]),
        (b"event: ping\ndata:\n\ndata:  x \n\n", [("message", b"x")]),
        (b"", []),
    ],
)
def test_what_counts_as_an_event(stream, events):
    assert read(stream) == events


@pytest.mark.parametrize("pieces", [[b"data: ", *[b"x" * 40] * 3], [b"data: " + b"x" * 40 + b"\n"] * 3])
def test_a_line_or_an_event_without_end_is_refused(pieces, monkeypatch):
    monkeypatch.setattr(event_stream, "MOST_LINE_BYTES", 100)

    with pytest.raises(LineTooLong):
        read(*pieces)
