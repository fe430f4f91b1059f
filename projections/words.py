"""Values and times as people write them."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from typing import Any

MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(\.\d+)?([+-]\d\d:\d\d|Z)$")
DAYS_FROM = 48  # hours from which on a delay is told in days
UNITS = {"days": "", "NPRS": "of 10", "bpm": "beats per minute", "degC": "degrees Celsius"}


def plain(value: Any) -> str:
    """A value as people write it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def when(moment: datetime, zone: tzinfo) -> str:
    """A moment on the wall clock of *zone*, with its name there."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")


def seen_value(value: Any, zone: tzinfo) -> str:
    """A value that a rule saw; a moment that was stored as text is told as a moment."""
    if isinstance(value, str) and MOMENT.match(value):
        return when(datetime.fromisoformat(value), zone)
    return plain(value)


def span(hours: float) -> str:
    """A length of time: minutes, hours, and days from two days on."""
    if hours > DAYS_FROM:
        return counted(round(hours / 24), "day")
    return counted(round(hours), "hour") if hours >= 1 else counted(max(1, round(hours * 60)), "minute")


def counted(number: int, noun: str) -> str:
    """`1 hour`, `2 hours`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def quoted(words: str) -> str:
    """Somebody's words, or nothing."""
    return f'"{words}"' if words else ""


def command_name(stored: str) -> str:
    """`StartSession` as people say it: start session."""
    return "".join(f" {each.lower()}" if each.isupper() else each for each in stored).strip()
