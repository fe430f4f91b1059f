"""Times as people write them, on the practice's wall clock. One that means two moments, or none, is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from aggregates.kernel.errors import InvalidInput

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Product choice: nobody in care was born before 1900, and nothing is due after 2199."""


def moment_of(written: datetime, zone: ZoneInfo, field: str) -> datetime:
    """The moment that is meant, UTC: local to *zone* unless an offset is stated."""
    if not FIRST_YEAR <= written.year <= LAST_YEAR:
        raise InvalidInput(f"{field}: must lie between the years {FIRST_YEAR} and {LAST_YEAR}")
    if written.tzinfo is not None:
        return written.astimezone(UTC)
    first, second = (written.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    before, after = first.utcoffset(), second.utcoffset()
    if before == after:
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != written:
        raise InvalidInput(f"{field}: there is no such local time in {zone.key}, because the clocks go forward over "
                           f"it; state the offset, {_offset(before)} or {_offset(after)}")
    raise InvalidInput(f"{field}: there are two such local times in {zone.key}, because the clocks go back; state "
                       f"which one by its offset, {_offset(before)} for the first or {_offset(after)} for the second")


def _offset(offset: timedelta | None) -> str:
    """An offset as it is written behind a time."""
    minutes = round((offset or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"
