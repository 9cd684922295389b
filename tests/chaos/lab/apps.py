"""The laboratory inside the house: its model, and the planted bugs that a run asks for."""

from __future__ import annotations

from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import AppConfig


class LabConfig(AppConfig):
    name = "tests.chaos.lab"
    label = "lab"

    def ready(self) -> None:
        from django.conf import settings

        from agents import pricing, providers
        from tests.chaos.lab import MODEL, NAME
        from tests.chaos.lab.client import LabProvider

        providers._PROVIDERS[NAME] = LabProvider()
        pricing.NOMINAL[MODEL] = pricing.flat(3, 15)
        if settings.LAB_FOLDER:
            _name_processes(Path(settings.LAB_FOLDER) / "pids")
        for name in settings.LAB_BUGS:
            import_module(f"tests.chaos.bugs.{name}").plant()


def _name_processes(folder: Path) -> None:
    """Have the cluster write down which of its processes is a worker, the monitor or the pusher."""
    from django_q.cluster import Sentinel

    spawn = Sentinel.spawn_process

    @wraps(spawn)
    def spawn_and_tell(self: Any, target: Any, *args: Any) -> Any:
        process = spawn(self, target, *args)
        folder.mkdir(exist_ok=True)
        told = next((argument for argument in args[:1] if callable(argument)), target)  # what a wrapper wraps
        (folder / str(process.pid)).write_text(told.__name__)
        return process

    Sentinel.spawn_process = spawn_and_tell
