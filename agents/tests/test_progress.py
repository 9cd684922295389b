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


def test_a_key_that_a_provider_repeats_is_shown_neither_whole_nor_in_part():
    key = "sk-ant-api03-canary-0123456789-abcdefghij-0123456789"
    text = '{"summary": "You sent ' + key + ' to me, and here is more of it", "x": "' + "word " * 100 + '"}'

    told = {last_words(text[:length]) for length in range(len(text) + 1)}

    assert any("[redacted] to me" in words for words in told)
    assert not any(part in words for words in told for part in ("sk-", "canary", "456789", "abcdef"))
