"""The client's usual pain, as a decision may use it."""

from __future__ import annotations

from datetime import timedelta

from aggregates.client_care.context import CareContext
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.memos import FormerUsual


def usual_pain(care: CareMemory, context: CareContext) -> int | None:
    """The usual pain, or the lower one from before it rose so far that the rise is itself a worsening (PAIN-07).

    A rise of that size counts only after its days, and never on the day on which it was entered. Without this a hold
    for pain would end by writing a higher number.
    """
    now, rise = care.usual_pain, context.pack.number_if_any("PAIN-07.rise")
    days = context.pack.number_if_any("PAIN-07.days")
    if now is None or rise is None or days is None:
        return now
    return min((each.pain for each in care.former_usual
                if now - each.pain >= rise and _still_counts(each, context, timedelta(days=days))), default=now)


def _still_counts(former: FormerUsual, context: CareContext, days: timedelta) -> bool:
    at, day_of = context.occurred_at, context.house.today
    recent = former.until is not None and former.until <= at < former.until + days
    return recent or day_of(former.entered) == day_of(at)
