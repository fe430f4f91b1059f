"""With the referral source: contacts, answers, the way back into training."""

from __future__ import annotations

from collections.abc import Iterator

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.branches import is_older_than_the_clearance
from aggregates.client_care.deadlines import ENDED_BY_RESUMING, met_by, met_by_letter, of_rules
from aggregates.client_care.phases import Phase
from aggregates.client_care.rules.clearance import GRANTING
from aggregates.client_care.tellings.base import Case, Telling, cancelled, deadlines, met, tells
from aggregates.client_care.tellings.clearance import grant
from aggregates.client_care.tellings.outcome import refer_back, suspend
from aggregates.client_care.tolerated import tolerated_volumes

OWN_DECISION = "REF-04"


@tells(c.ContactReferralSource)
def contact(case: Case) -> Iterator[Telling]:
    """Who was spoken to and what was agreed."""
    asked = case.command
    yield lambda s: f.ReferralSourceContacted(
        **s, spoke_with=asked.spoke_with, agreed=asked.agreed, means=asked.means)
    spoken = asked.means != "secure message"  # DL-05 asks for a call on the same day, DL-06 leaves the means open
    yield from met(met_by(case.care, case.context.occurred_at, *(("DL-05/phone",) if spoken else ()),
                               "DL-06/phone"))


@tells(c.RecordAnswer)
def answer(case: Case) -> Iterator[Telling]:
    """The answer, its new limits, and the clearance that came with it."""
    asked = case.command
    yield lambda s: f.ReferralSourceAnswered(
        **s, source=asked.source, answer=asked.answer, new_limits=asked.new_limits, words=asked.words)
    if asked.clearance is not None:
        yield lambda s: f.ClearanceReceived(**s, form=asked.clearance)
        if asked.answer in GRANTING:
            yield grant(case, asked.clearance)
            yield from cancelled(met_by(case.care, case.context.occurred_at, "DL-09"), "the form arrived")
    yield from cancelled(met_by(case.care, case.context.occurred_at, "DL-07"), "the referral source answered")
    waits = asked.answer == "stay paused" and not is_older_than_the_clearance(case.care, case.context)
    if waits and case.phase is not Phase.EXACERBATION_PAUSE:
        yield from suspend(case, "CLR-09", "the referral source says to wait")
    if case.dest is Phase.REFERRAL_BACK and case.phase is not Phase.REFERRAL_BACK:
        yield from refer_back(case, "CLR-09", "the referral source says stop")


@tells(c.ResumeTraining)
def resume(case: Case) -> Iterator[Telling]:
    """Training resumes; what was due because of the pause is due no longer."""
    care, percent = case.care, case.command.volume_percent
    since, by = care.usual_since(case.context.pack.number("PAIN-05.above_usual")), care.released_by
    assert since is not None
    assert by is not None
    tolerated = tolerated_volumes(care, case.context.pack.number("PRG-01.pain_at_most"))
    yield lambda s: f.TrainingResumed(**s, volume_percent=percent, usual_since=since, released_by=by,
                                      tolerated=tolerated)
    yield from cancelled(of_rules(care, *ENDED_BY_RESUMING), "training resumed")


@tells(c.ReferBack)
def back(case: Case) -> Iterator[Telling]:
    """The client goes back to the referral source: by a policy's rule, or because a professional decides so."""
    rule = case.command.rule if case.context.actor_kind == "policy" else OWN_DECISION
    yield from refer_back(case, rule, case.command.reason)


@tells(c.NoteLetter)
def note_letter(case: Case) -> Iterator[Telling]:
    """A letter went out; what waited for it is done."""
    asked = case.command
    yield lambda s: f.LetterNoted(**s, letter=asked.letter, kind=asked.kind)
    yield from met(met_by_letter(case.care, case.context.occurred_at, asked.kind))
    if asked.kind == "progress report":
        yield from deadlines(case, "progress_reported")
