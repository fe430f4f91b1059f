"""When exacerbations repeat, then refer back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Self

from aggregates.client_care.commands import ReferBack
from aggregates.client_care.facts import (
    CareFact,
    ClientDischarged,
    ExacerbationOpened,
    ReferredBack,
    TrainingResumed,
)
from aggregates.kernel.messages import Fact
from aggregates.protocol.model import Pack
from policies.base import Reaction


@dataclass(frozen=True)
class WhenExacerbationsRepeatThenReferBack:
    """EXA-03: the third exacerbation within ninety days (numbers of the pack) sends the client back.

    A second report within one pause is the same exacerbation. Safe as a policy: the pause has already
    stopped training when it reacts.
    """

    NAME: ClassVar[str] = "EXA-03"
    VERSION: ClassVar[int] = 1
    REACTS_TO: ClassVar[tuple[type[Fact], ...]] = (ExacerbationOpened,)

    count: int
    window_days: int
    began: tuple[datetime, ...] = ()
    paused: bool = False
    newest_began: bool = False

    @classmethod
    def under(cls, pack: Pack) -> Self:
        """With the pack's own count and window."""
        return cls(count=int(pack.number("EXA-03.count")), window_days=int(pack.number("EXA-03.window_days")))

    def apply(self, fact: CareFact) -> Self:
        """Keep when each exacerbation began."""
        match fact:
            case ExacerbationOpened() if self.paused:
                return replace(self, newest_began=False)
            case ExacerbationOpened():
                return replace(self, paused=True, newest_began=True, began=(*self.began, fact.occurred_at))
            case TrainingResumed() | ReferredBack() | ClientDischarged():
                return replace(self, paused=False)
        return self

    def act(self, fact: ExacerbationOpened, _position: int) -> Iterable[Reaction]:
        """Refer back when this one completes enough of them within some window, in whatever order they were entered."""
        if not self.newest_began:
            return
        if self.completes_a_window(fact.occurred_at):
            yield Reaction(fact.originator_id, ReferBack(
                rule="EXA-03", reason=f"{self.count} exacerbations within {self.window_days} days"))

    def completes_a_window(self, newest: datetime) -> bool:
        """Whether *newest* is among enough exacerbations within the window, whose last day still counts."""
        began, window = sorted(self.began), timedelta(days=self.window_days + 1)
        runs = zip(began, began[self.count - 1:], strict=False)
        return any(first <= newest <= last and last - first < window for first, last in runs)
