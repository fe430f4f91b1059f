"""What a client's care is told beside the command: who asks, the practice's settings, the protocol in force."""

from __future__ import annotations

from datetime import date

from aggregates.kernel.house import House
from aggregates.kernel.messages import Context, Fact
from aggregates.protocol.model import Pack


class CareContext(Context, frozen=True, kw_only=True):
    """The circumstances of a command to a client's care. `original` is the fact that an amendment is about."""

    house: House
    pack: Pack
    original: Fact | None = None

    @property
    def today(self) -> date:
        """The practice's calendar day on which this is decided."""
        return self.house.today(self.now)
