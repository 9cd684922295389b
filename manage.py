#!/usr/bin/env python
"""Sage Mode's commands. `start` supervises the others and runs before Django is loaded; the rest is Django's."""

import os
import sys
from importlib import import_module


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sagemode.settings")
    if sys.argv[1:2] == ["start"]:
        from sagemode.supervisor import main as start

        sys.exit(start(sys.argv[2:]))
    from django.core.management import execute_from_command_line

    from sagemode.environment import UNREADABLE, unreadable

    try:
        import_module(os.environ["DJANGO_SETTINGS_MODULE"])
    except UNREADABLE as error:
        print(unreadable(error), file=sys.stderr)
        sys.exit(2)
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
