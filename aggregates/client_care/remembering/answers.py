"""What the client answers: the morning after a session, and during a pause."""

from __future__ import annotations

from aggregates.client_care import facts as f
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.memos import FollowUpMemo
from aggregates.client_care.phases import IN_TRAINING
from aggregates.client_care.remembering.base import on
from aggregates.client_care.remembering.said import usual_morning


@on(f.MorningAnswered)
def morning_answered(care: CareMemory, fact: f.MorningAnswered) -> None:
    """How the session was the morning after: the first answer stands until it is corrected."""
    session, said = care.session(fact.of_version or 0), fact.morning
    if session is not None and session.morning_version is None:
        session.morning_version, session.morning = fact.originator_version, said
    if _is_asked(care):
        _keep(care, fact, said.pain, usual=usual_morning(said, care.usual_pain))


@on(f.FollowUpAnswered)
def follow_up_answered(care: CareMemory, fact: f.FollowUpAnswered) -> None:
    """How pain was during the pause, or since one that did not end by resuming."""
    if _is_asked(care):
        _keep(care, fact, fact.follow_up.pain, usual=fact.follow_up.usual)


def _is_asked(care: CareMemory) -> bool:
    outside = care.phase not in IN_TRAINING and care.is_unsettled
    return care.paused_at is not None or care.unsettled_since is not None or outside


def _keep(care: CareMemory, fact: f.CareFact, pain: int, *, usual: bool) -> None:
    care.follow_ups = (*care.follow_ups, FollowUpMemo(
        version=fact.originator_version, at=fact.occurred_at, pain=pain, usual=usual))
