import json

import pytest

from sagemode.price_checks import check_prices


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "line 1, column 2 is not JSON"),
        ("[]", "must hold an object"),
        ({"gpt-x": {"input": 1, "output": 1}}, "“gpt-x”: this is no full name"),
        ({"openai:x": 3}, "“openai:x”: its value must be an object"),
        ({"openai:x": {"input": 1}}, "“openai:x”: output must be given"),
        ({"openai:x": {"input": 1, "output": 1, "cache": 1}}, "“openai:x”: cache is unknown"),
        ({"openai:x": {"input": -1, "output": "3"}}, "“openai:x”: input, output must be a number"),
        ('{"openai:x": {"input": NaN, "output": 1e9}}', "“openai:x”: input, output must be a number"),
        ({"openai:x": {"input": True, "output": 1}}, "“openai:x”: input must be a number"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_faulty_file_stops_the_start_and_names_the_place(settings, tmp_path, content, told):
    path = tmp_path / "prices.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    settings.PRICES_FILE = str(path)

    found = check_prices()

    assert [error.id for error in found] == ["sagemode.E040"]
    assert told in found[0].msg
    assert len(found[0].msg) < 400


@pytest.mark.parametrize(("text", "is_fine"), [("15", True), ("0.5", True), ("0", False), ("-1", False), ("a", False)])
def test_the_price_for_unknown_models_is_checked_at_the_start(settings, text, is_fine):
    settings.UNKNOWN_PRICE_USD = text

    assert (check_prices() == []) is is_fine
