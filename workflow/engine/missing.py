"""What an answer to "why not yet" is made of, and when what is on record stops counting by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from aggregates.client_care.context import CareContext
from aggregates.client_care.memory import CareMemory
from aggregates.kernel.house import months_later
from aggregates.kernel.rules import BrokenRule
from aggregates.protocol.verdict import Verdict
from workflow.engine.ways import Way

TOO_LONG = "the pause has lasted too long then, and the client goes back to the referral source"


class Until(NamedTuple):
    """A moment that matters, and what it is, by a deadline's id or in words."""

    at: datetime
    what: str
    deadline: str | None = None


class Missing(NamedTuple):
    """One thing that is missing: by which rule, who can supply it, and the requests that it comes to.

    Without requests it is another request that is missing, or another person who asks.
    """

    rule: str
    what: str
    supplier: str
    asks: Way = ()
    until: tuple[Until, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For machines; keys are stable."""
        return {"rule": self.rule, "what": self.what, "supplier": self.supplier,
                "commands": [type(each.command).__name__ for each in self.asks if each.command is not None],
                "not_before": self.asks[-1].at.isoformat() if self.asks else None,
                "until": [{"at": each.at.isoformat(), "what": each.what, "deadline": each.deadline}
                          for each in self.until]}


class Why(NamedTuple):
    """Whether a request is legal now, and if not, what is missing; `broken` is what refuses it as things stand.

    `missing` is empty where nothing that anybody supplies would make it legal from here. `verdict` is what the
    protocol would decide now, `until` when a permission ends by itself.
    """

    allowed: bool
    broken: tuple[BrokenRule, ...]
    missing: tuple[Missing, ...] = ()
    verdict: Verdict | None = None
    until: Until | None = None


def expiries(care: CareMemory, context: CareContext) -> Iterator[Until]:
    """When what is on record stops counting by itself."""
    end_of, held = context.house.first_moment_after, care.clearance_on(context.today)
    if held is not None:
        yield Until(end_of(held.valid_until), "the clearance has ended then")
    if care.screened_at is not None:
        months = int(context.pack.number("SCR-16.months"))
        last = months_later(context.house.today(care.screened_at), months)
        yield Until(end_of(last), "the screening counts no more then")
    if care.paused_at is not None:
        days = int(context.pack.number("EXA-03.lasting_days"))
        yield Until(context.house.days_later(care.paused_at, days) + timedelta(minutes=1), TOO_LONG)
