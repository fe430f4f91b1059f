"""Rules of the exacerbation pause: what has to be so before training resumes."""

from __future__ import annotations

from datetime import timedelta

from aggregates.client_care.commands import ResumeTraining, StartSession
from aggregates.client_care.context import CareContext
from aggregates.client_care.memory import CareMemory
from aggregates.kernel.messages import Command
from aggregates.kernel.rules import Finding, Unlock, finding, rule


@rule(unlock="the end of the pause", supplier="the referral source and the client")
def training_is_not_paused(care: CareMemory, _command: Command, context: CareContext) -> Finding:
    """EXA-00: during an exacerbation pause there is no training."""
    since = context.house.local(care.paused_at).isoformat(timespec="minutes") if care.paused_at else None
    return finding(False, paused_since=since)


@rule(unlock="release by the referral source", supplier="referral source")
def referral_source_has_released(care: CareMemory, _command: Command, _context: CareContext) -> Finding:
    """EXA-02: after an exacerbation the referral source releases the client."""
    return finding(care.released_by is not None, released=care.released_by is not None)


@rule(unlock="usual pain for 48 hours", supplier="the client")
def usual_pain_for_48_hours(care: CareMemory, _command: Command, context: CareContext) -> Finding:
    """EXA-02: pain has been back to usual for 48 hours without a break."""
    return _usual_long_enough(care, context)


@rule(unlock="usual pain for 48 hours, told as follow-ups", supplier="the client")
def pain_is_usual_since_the_pause(care: CareMemory, _command: StartSession, context: CareContext) -> Finding:
    """EXA-02: after a pause that ended in a referral back or discharge, pain is usual for 48 hours before a session."""
    return finding(True) if care.unsettled_since is None else _usual_long_enough(care, context)


def _usual_long_enough(care: CareMemory, context: CareContext) -> Finding:
    hours = timedelta(hours=context.pack.number("EXA-02.usual_hours"))
    since = care.usual_since(context.pack.number("PAIN-05.above_usual"))
    if since is None:
        return finding(False, usual_since=None)
    until = since + hours
    local = context.house.local(until).isoformat(timespec="minutes")[:16]
    return finding(context.occurred_at >= until, usual_since=context.house.local(since).isoformat(),
                   unlock=(Unlock(what=f"wait until {local} with usual pain", supplier="the client"),))


@rule(unlock="a volume of at most half of the last tolerated", supplier="the coach")
def volume_is_at_most_half(_care: CareMemory, command: ResumeTraining, context: CareContext) -> Finding:
    """EXA-02: training resumes at no more than half of the last tolerated volume."""
    most = context.pack.number("EXA-02.volume_percent")
    return finding(0 < command.volume_percent <= most, volume_percent=command.volume_percent, at_most=most)
