"""What somebody should notice where a client stands, although no rule is broken by it."""

from __future__ import annotations

from collections.abc import Iterator

from aggregates.client_care import facts as f
from aggregates.client_care.contents import Limit
from aggregates.client_care.limits import unmatched_limits
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.phases import Phase
from aggregates.kernel.messages import Fact
from projections.conditions import checked_as, says_another_number
from projections.volumes import allowed_now

CONCERNED = (f.ClearanceGranted, f.ReferralSourceAnswered, f.ProgramDesigned, f.ProgramChanged, f.TrainingResumed)
"""After which facts it may be new."""


def notices(care: CareMemory) -> list[str]:
    """Conditions that meet no planned exercise or say another number, and the volume that is allowed after a resume."""
    if care.phase is Phase.DISCHARGED:
        return []
    return [*_unmatched(care), *allowed_now(care.share, care.program.values())]


def concerns(fact: Fact) -> bool:
    """Whether *fact* may have changed what there is to notice."""
    return isinstance(fact, CONCERNED)


def _unmatched(care: CareMemory) -> Iterator[str]:
    held = care.clearance
    if held is None or held.suspended_by is not None or held.lapsed:
        return
    yield from map(_said, unmatched_limits(held.limits, care.program.values()))
    yield from (f'the condition "{each.words}" is checked as {checked_as(each)}, a number that its words do not name; '
                "make sure that it is no typing error" for each in held.limits if says_another_number(each))


def _said(limit: Limit) -> str:
    if limit.exercise is not None:
        misses = f'names the exercise "{limit.exercise}", and no exercise of the programme has that name'
    else:
        region = (limit.region or "").replace("_", " ")
        misses = f"is about the region {region}, and no exercise of the programme is of it"
    return f'the condition "{limit.words}" {misses}; make sure that it is no typing error'
