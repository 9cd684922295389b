"""`.env.example` is what an operator reads to know the settings; it names them all and nothing else."""

import re

from tests.services import ROOT


def names_in_example() -> list[str]:
    return re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)


def test_the_example_names_every_variable_that_is_read_and_no_other():
    sources = "".join((ROOT / "sagemode" / name).read_text() for name in ("settings.py", "supervisor.py"))

    read = set(re.findall(r"""env(?:iron)?(?:\.\w+)?\(\s*["']([A-Z_]+)["']""", sources))

    assert sorted(names_in_example()) == sorted(read)


def test_the_example_changes_nothing_until_somebody_edits_it():
    lines = (ROOT / ".env.example").read_text().splitlines()

    assert [line for line in lines if line and not line.startswith("#")] == []
