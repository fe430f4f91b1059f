"""Getting worse, the pause, the way back or on to the referral source."""

from __future__ import annotations

from aggregates.client_care import facts as f
from aggregates.client_care.memory import SESSIONS_KEPT, SHARES_KEPT, CareMemory
from aggregates.client_care.memos import Share
from aggregates.client_care.remembering.base import danger, on


@on(f.ExacerbationOpened)
def exacerbation_opened(care: CareMemory, fact: f.ExacerbationOpened) -> None:
    """A pause begins, or the client got worse within one; a release from before that does not count for its end."""
    care.exacerbations = (*care.exacerbations, fact.occurred_at)[-SESSIONS_KEPT:]
    care.paused_at, care.unsettled_since = care.paused_at or fact.occurred_at, None
    if care.released_at is not None and care.released_at < fact.occurred_at:
        care.released_by, care.released_at = None, None


@on(f.TrainingResumed)
def training_resumed(care: CareMemory, fact: f.TrainingResumed) -> None:
    """The pause is over; a share of what was tolerated counts from now on."""
    if fact.tolerated:
        begins = Share(percent=fact.volume_percent, since=fact.occurred_at, tolerated=fact.tolerated)
        care.shares = (*care.shares, begins)[-SHARES_KEPT:]
    care.paused_at, care.follow_ups, care.released_by, care.released_at = None, (), None, None


@on(f.ReferredBack)
def referred_back(care: CareMemory, fact: f.ReferredBack) -> None:
    """The clinician has to speak first."""
    care.referred_back_at, care.paused_at = fact.occurred_at, None
    care.released_by, care.released_at = None, None
    danger(care, fact.occurred_at)
