"""Operational logging with structlog: an allow-list of keys is the last word, so no health information can pass."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset({
    "event", "level", "timestamp", "practice", "stream", "position", "version", "command", "command_id", "actor_kind",
    "outcome", "phase", "rules", "facts", "size", "seconds", "error", "exception",
})


def only_allowed(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every key that is not on the list."""
    return {key: value for key, value in event.items() if key in ALLOWED}


def set_up(level: str = "WARNING", *, json: bool | None = None) -> None:
    """Log to stderr: JSON unless it is a terminal. Tracebacks never show local variables."""
    as_json = not sys.stderr.isatty() if json is None else json
    tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    renderer: Any = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(
        exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars, structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(tracebacks), only_allowed, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr), cache_logger_on_first_use=False)
