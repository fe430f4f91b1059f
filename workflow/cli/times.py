"""Times as people type them, on the practice's own wall clock."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from aggregates.kernel.errors import InvalidInput
from workflow.bootstrap import Office
from workflow.local_times import moment_of


def parse_time(text: str, zone: ZoneInfo, field: str) -> datetime:
    """A time from the command line: local to the practice unless it says otherwise."""
    try:
        written = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput("time: must be like 2026-01-31 or 2026-01-31T09:00") from None
    return moment_of(written, zone, field)


def zone_of(office: Office, practice: str) -> ZoneInfo:
    """The practice's time zone."""
    return ZoneInfo(office.door(practice).circumstances.practice().memory.timezone)
