"""Sage Mode's settings with a simulator that can be told to kill its worker."""

from sagemode.settings import *  # noqa: F403
from sagemode.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.poison"]
