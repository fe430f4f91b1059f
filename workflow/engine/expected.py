"""What a step of a care history may expect of the engine's answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from aggregates.kernel.messages import Value


class Due(Value, frozen=True, kw_only=True):
    """A deadline that must be open; `by` is a day or a local time."""

    rule: str
    what: str | None = None
    by: str | None = None


class Expect(Value, frozen=True, kw_only=True):
    """What the engine must answer to a step. What is not named is not looked at."""

    decision: str | None = None
    rules: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    unlock: tuple[str, ...] = ()
    phase: str | None = None
    due: tuple[Due, ...] = ()
    closed: tuple[str, ...] = ()
    clearance_until: date | None = None
    clearance_suspended: bool | None = None
    missing: tuple[str, ...] = ()
    labels: dict[str, str] = {}
    warned_days: int | None = None
    drafted: str | None = None
    letter_states: tuple[str, ...] = ()
    by: str | None = None
    caused_by_this: bool | None = None
    same_answer: bool | None = None
    error: str | None = None
    late_hours: int | None = None
    contradiction: str | None = None
    original: dict[str, Any] = {}
    corrected: dict[str, Any] = {}
    known_at: tuple[datetime, bool] | None = None
    happened_at: tuple[datetime, bool] | None = None
