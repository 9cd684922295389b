from agents.providers import progress
from agents.providers.progress import Meter, last_words


def test_progress_is_told_at_once_and_then_four_times_a_second(monkeypatch):
    now = 100.0
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    told: list[tuple[int, str]] = []
    meter = Meter(lambda tokens, words: told.append((tokens, words)))

    for piece in ['{"summary": "', *["word " for _ in range(200)], '"}']:
        meter.add(piece)
        now += 1 / 128

    assert len(told) == 7  # in 1.6 s
    assert told[0] == (3, "summary :")
    assert told[-1] == (243, "word word word word word word word word word word word word")
    assert meter.first_at == 100.0
    assert meter.text == '{"summary": "' + "word " * 200 + '"}'


def test_thoughts_are_counted_and_not_shown():
    told: list[tuple[int, str]] = []
    meter = Meter(lambda tokens, words: told.append((tokens, words)))

    meter.count(400)

    assert told == [(100, "")]
    assert meter.text == ""


def test_last_words_are_readable_without_the_notation():
    assert last_words('{"a": [{"text": "Say \\"no\\".\\nThen go."}]') == "a : text : Say no . Then go."
