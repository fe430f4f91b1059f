"""What a practice is told beside the command."""

from __future__ import annotations

from datetime import date

from aggregates.kernel.messages import Context


class PracticeContext(Context, frozen=True, kw_only=True):
    """The circumstances of a command to a practice, with its calendar day and its retention period in years."""

    today: date
    retention_years: int = 7
