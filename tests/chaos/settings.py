"""Sage Mode's settings with the laboratory in them."""

from sagemode.settings import *  # noqa: F403
from sagemode.settings import INSTALLED_APPS, env

INSTALLED_APPS = [*INSTALLED_APPS, "tests.chaos.lab"]
LAB_BASE_URL = env.str("SAGE_LAB_PROVIDER_URL", default="")  # the address of the provider that is called lab
LAB_FOLDER = env.str("SAGE_LAB_FOLDER", default="")  # where each process of a cluster says what it is
LAB_BUGS = env.list("SAGE_LAB_BUGS", default=[])
