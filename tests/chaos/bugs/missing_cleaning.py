"""Text from models is stored as it came, with whatever it holds that no reader sees."""

from __future__ import annotations

import re

from agents import cleaning
from tests.chaos.bugs import replace

NAME = "missing_cleaning"


def plant() -> None:
    replace(cleaning, "_UNWANTED", re.compile("(?!)"))
