"""The clocks. Only this file reads the time; everything else is told it."""

from __future__ import annotations

from datetime import UTC, datetime


def real_clock() -> datetime:
    """Now, UTC."""
    return datetime.now(UTC)


class VirtualClock:
    """A clock that a rehearsal sets by hand."""

    def __init__(self, start: datetime = datetime(2000, 1, 1, tzinfo=UTC)) -> None:
        self._now = start

    def __call__(self) -> datetime:
        """The virtual now, UTC."""
        return self._now

    def set(self, now: datetime) -> None:
        """Move to *now*."""
        self._now = now
