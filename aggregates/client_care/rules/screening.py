"""Rules around screening."""

from __future__ import annotations

from aggregates.client_care.context import CareContext
from aggregates.client_care.memory import CareMemory
from aggregates.kernel.house import months_later
from aggregates.kernel.messages import Command, Plain
from aggregates.kernel.rules import Finding, finding, rule


@rule(unlock="a complete screening", supplier="the coach, with the client")
def screening_is_complete(care: CareMemory, _command: Command, context: CareContext) -> Finding:
    """SCR-00: nothing begins before every screening question is answered."""
    back, screened = care.referred_back_at, care.screened_at
    if back is not None and screened is not None and screened < back:
        return Finding(False, {"screened_since_referral_back": False, "open_flags": len(care.open_flags),
                               "referred_back_on": context.house.today(back).isoformat(), **_which(care)})
    return Finding(False, {"screened": screened is not None, "open_flags": len(care.open_flags), **_which(care)})


def _which(care: CareMemory) -> dict[str, Plain]:
    """Which questions are open and which flags, where there are any."""
    told = {"not_answered": care.open_questions, "flags": care.open_flags}
    return {name: ", ".join(each.replace("_", " ") for each in which) for name, which in told.items() if which}


@rule(unlock="a new screening", supplier="the coach, with the client")
def screening_is_current(care: CareMemory, _command: Command, context: CareContext) -> Finding:
    """SCR-16: a screening counts for twelve months, and not beyond a change of health."""
    if care.screened_at is None:
        return finding(False, screened_on=None)
    day = context.house.today(care.screened_at)
    until = months_later(day, int(context.pack.number("SCR-16.months")))
    changed = care.health_changed_at
    since_change = changed is None or changed > context.occurred_at or care.screened_at >= changed
    return finding(context.today <= until and since_change, screened_on=day.isoformat(),
                   valid_until=until.isoformat(),
                   health_changed_on=context.house.today(changed).isoformat() if changed else None)


@rule(unlock="a new screening", supplier="the coach, with the client")
def client_is_screened_anew(_care: CareMemory, _command: Command, _context: CareContext) -> Finding:
    """SCR-18: after a referral back, screening is done again."""
    return finding(False)
