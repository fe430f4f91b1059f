"""What a practice is told beside the command."""

from __future__ import annotations

from datetime import date

from aggregates.kernel.messages import Context


class PracticeContext(Context, frozen=True, kw_only=True):
    """The circumstances of a command to a practice: its calendar day, years of retention, and the installed packs."""

    today: date
    retention_years: int = 7
    installed_packs: tuple[str, ...] = ()
