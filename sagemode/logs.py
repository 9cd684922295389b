"""How log lines look: coloured text for a terminal, one JSON object a line for machines; in both without secrets."""

from __future__ import annotations

import logging
import logging.config
import sys
from collections.abc import Callable
from copy import copy
from functools import cache
from typing import Any

import structlog
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from structlog.typing import Processor

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
FORMATS = ("console", "json")
REDACTION = "agents.secrets.redact_line"
TOLD_ANYWAY = ("event", "level", "logger", "timestamp")  # by the line itself

_FACTS: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
# One list for good: loggers that were used keep it, and would miss what is changed in another.
_PROCESSORS: list[Processor] = [*_FACTS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter]


class PlainFormatter(logging.Formatter):
    """A line of text, with the traceback of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        if isinstance(record.msg, dict):  # from structlog: an event with its facts
            record = copy(record)
            record.msg, record.args = _told(record.msg), ()
        return without_secrets(super().format(record))


class JSONFormatter(structlog.stdlib.ProcessorFormatter):
    """One JSON object with all that is known of the record."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


def _told(facts: Any) -> str:
    """Return an event as a line: its name, and each fact that is known."""
    known = [f"{name}={fact}" for name, fact in facts.items() if fact is not None and name not in TOLD_ANYWAY]
    return " ".join([str(facts.get("event", "")), *known])


def without_secrets(text: str) -> str:
    """Return what is about to be written, every secret that we know or recognise taken out."""
    return _redaction()(text)


@cache
def _redaction() -> Callable[[str], str]:
    # By name: the settings, which Django reads before there is any app, import this module.
    redaction: Callable[[str], str] = import_string(REDACTION)
    return redaction


def logging_config(*, level: str, format: str) -> None:
    """Send everything that is logged to standard error as `format` says.

    Raises ImproperlyConfigured for a level or format that does not exist.
    """
    if level.upper() not in LEVELS:
        raise ImproperlyConfigured(f"LOG_LEVEL={level} is unknown: use one of {', '.join(LEVELS)}.")
    if format not in FORMATS:
        raise ImproperlyConfigured(f"LOG_FORMAT={format} is unknown: use console or json.")
    # Where nobody watches, a line stays one line, and takes a tenth of the time.
    on_terminal = "rich" if sys.stderr.isatty() else "lines"
    handler = on_terminal if format == "console" else "json"
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "plain": {"()": PlainFormatter, "fmt": "%(name)s: %(message)s"},
                "timed": {
                    "()": PlainFormatter,
                    "fmt": "%(asctime)s %(levelname)-8s %(name)s: %(message)s",
                    "datefmt": "%H:%M:%S",
                },
                "json": {
                    "()": JSONFormatter,
                    "foreign_pre_chain": _FACTS,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.format_exc_info,
                        structlog.processors.JSONRenderer(),
                    ],
                },
            },
            "handlers": {
                "rich": {"()": "sagemode.logs.terminal_handler", "formatter": "plain"},
                "lines": {"class": "logging.StreamHandler", "formatter": "timed"},
                "json": {"class": "logging.StreamHandler", "formatter": "json"},
            },
            "root": {"handlers": [handler], "level": level.upper()},
            "loggers": {
                "daphne": {"level": "WARNING"},
                "django-q": {"level": "WARNING"},
                "django.channels.server": {"level": "WARNING"},
                "asyncio": {"level": "WARNING"},
                "httpx": {"level": "WARNING"},  # below the optional SDKs; it tells each address at INFO
            },
        }
    )
    structlog.configure(
        processors=_PROCESSORS,
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def terminal_handler() -> logging.Handler:
    """Return rich's handler on standard error, so that standard output stays free for results."""
    from rich.console import Console
    from rich.logging import RichHandler

    return RichHandler(console=Console(stderr=True), show_path=False, rich_tracebacks=False, log_time_format="%H:%M:%S")
