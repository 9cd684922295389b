"""The brief that a first start and the demo work on; it is shipped, unlike those of the tests."""

from pathlib import Path

FEATURE_NAME = "Passwordless sign-in"
BRIEF_PATH = Path(__file__).with_name("passwordless-sign-in.md")
