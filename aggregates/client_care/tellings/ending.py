"""Time and the end of care."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.branches import clearance_has_lapsed, expiry_warnings
from aggregates.client_care.contents import Deadline
from aggregates.client_care.deadlines import ended_with_care, fallen_due
from aggregates.client_care.phases import Phase
from aggregates.client_care.tellings.base import AtItsTime, Case, Telling, cancelled, deadlines, tells
from aggregates.client_care.tellings.outcome import refer_back

RULE_OF_REASON = {"goals met": "DSC-01", "plateau": "DSC-02", "no contact": "DSC-03",
                  "clearance declined": "CLR-09", "other": "DSC-05"}


@tells(c.LetTimePass)
def time(case: Case) -> Iterator[Telling]:
    """Warnings, expiry, and deadlines that fell due."""
    care, context, held = case.care, case.context, case.care.clearance
    if held is not None and clearance_has_lapsed(care, context):
        until, rule = held.valid_until, held.rule
        yield AtItsTime(lambda s: f.ClearanceLapsed(**s, valid_until=until, rule=rule),
                        context.house.first_moment_after(until))
    elif held is not None:
        for days in expiry_warnings(care, context):
            yield _warned(days, held.valid_until)
    for each in fallen_due(care, context.occurred_at):
        yield _fell_due(each)
    if case.dest is Phase.REFERRAL_BACK and case.phase is Phase.EXACERBATION_PAUSE:
        days, began = int(context.pack.number("EXA-03.lasting_days")), care.paused_at
        assert began is not None
        at = context.house.days_later(began, days)
        then = case._replace(context=msgspec.structs.replace(context, occurred_at=at))
        for telling in refer_back(then, "EXA-03", f"an exacerbation lasting more than {days} days"):
            yield AtItsTime(telling, at)


def _warned(days: int, until: date) -> Telling:
    return lambda s: f.ClearanceExpiryWarned(**s, days=days, valid_until=until)


def _fell_due(deadline: Deadline) -> Telling:
    return AtItsTime(lambda s: f.DeadlineFellDue(**s, deadline=deadline), deadline.due_at)


@tells(c.MoveToMaintenance)
def maintain(case: Case) -> Iterator[Telling]:
    """Functional maintenance."""
    yield lambda s: f.MovedToMaintenance(**s, reason=case.command.reason)


@tells(c.Discharge)
def discharge(case: Case) -> Iterator[Telling]:
    """The end of care, and the summary that is due."""
    asked = case.command
    yield lambda s: f.ClientDischarged(
        **s, reason=asked.reason, rule=RULE_OF_REASON[asked.reason], words=asked.words)
    yield from cancelled(ended_with_care(case.care), "care has ended")
    yield from deadlines(case, "discharged")


@tells(c.WithdrawConsent)
def withdraw(case: Case) -> Iterator[Telling]:
    """The client leaves."""
    yield lambda s: f.ConsentWithdrawn(**s, words=case.command.words)
    yield lambda s: f.ClientDischarged(**s, reason="consent withdrawn", rule="DSC-06")
    yield from cancelled(ended_with_care(case.care), "care has ended")
    yield from deadlines(case, "discharged")


@tells(c.Readmit)
def readmit(case: Case) -> Iterator[Telling]:
    """The client comes back."""
    yield lambda s: f.ClientReadmitted(**s, reason=case.command.reason)
    yield from deadlines(case, "client_registered")
