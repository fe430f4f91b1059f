"""What a client's care is told beside the command: who asks, the practice's settings, the protocol in force."""

from __future__ import annotations

from datetime import UTC, date, datetime

from aggregates.kernel.house import House
from aggregates.kernel.messages import Context, Fact
from aggregates.protocol.model import Pack


class CareContext(Context, frozen=True, kw_only=True):
    """The circumstances of a command to a client's care. `original` is the fact that an amendment is about,
    as corrected so far.

    Everything is decided for the moment at which it was so, `occurred_at`, also when it is entered later.
    """

    house: House
    pack: Pack
    original: Fact | None = None

    @property
    def today(self) -> date:
        """The practice's calendar day for which this is decided."""
        return self.house.today(self.occurred_at)

    @property
    def day_began(self) -> datetime:
        """The beginning of that day, UTC."""
        return self.house.local(self.occurred_at).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
