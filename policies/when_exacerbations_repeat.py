"""When exacerbations repeat, then refer back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Self

from aggregates.client_care.commands import ReferBack
from aggregates.client_care.facts import CareFact, ExacerbationOpened
from aggregates.kernel.messages import Fact
from aggregates.protocol.model import Pack
from policies.base import Reaction

@dataclass(frozen=True)
class WhenExacerbationsRepeatThenReferBack:
    """EXA-03: the third exacerbation within ninety days (numbers of the pack) sends the client back to the referral source.

    Safe as a policy: the pause has already stopped training when it reacts.
    """

    NAME: ClassVar[str] = "EXA-03"
    VERSION: ClassVar[int] = 1
    REACTS_TO: ClassVar[tuple[type[Fact], ...]] = (ExacerbationOpened,)

    count: int
    window_days: int
    exacerbations: tuple[datetime, ...] = ()

    @classmethod
    def under(cls, pack: Pack) -> Self:
        """With the pack's own count and window."""
        return cls(count=int(pack.number("EXA-03.count")), window_days=int(pack.number("EXA-03.window_days")))

    def apply(self, fact: CareFact) -> Self:
        """Count when each exacerbation opened."""
        if isinstance(fact, ExacerbationOpened):
            return replace(self, exacerbations=(*self.exacerbations, fact.occurred_at))
        return self

    def act(self, fact: ExacerbationOpened, _position: int) -> Iterable[Reaction]:
        """Refer back when there are enough within the window; its last day still counts."""
        window = timedelta(days=self.window_days)
        recent = [at for at in self.exacerbations if timedelta(0) <= fact.occurred_at - at <= window]
        if len(recent) >= self.count:
            yield Reaction(fact.originator_id, ReferBack(
                rule="EXA-03", reason=f"{len(recent)} exacerbations within {self.window_days} days"))
