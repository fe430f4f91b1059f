"""With the referral source: contacts, answers, the way back into training."""

from __future__ import annotations

from collections.abc import Iterator

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.deadlines import CLOSED_BY_LETTER, ENDED_BY_RESUMING, met_by
from aggregates.client_care.phases import IN_TRAINING, Phase
from aggregates.client_care.rules.clearance import GRANTING
from aggregates.client_care.tellings.base import Case, Telling, cancelled, deadlines, met, tells
from aggregates.client_care.tellings.clearance import grant
from aggregates.client_care.tellings.outcome import refer_back, suspend


@tells(c.ContactReferralSource)
def contact(case: Case) -> Iterator[Telling]:
    """Who was spoken to and what was agreed."""
    asked = case.command
    yield lambda s: f.ReferralSourceContacted(
        **s, spoke_with=asked.spoke_with, agreed=asked.agreed, means=asked.means)
    spoken = asked.means != "secure message"  # DL-05 asks for a call on the same day, DL-06 leaves the means open
    yield from met(met_by(case.care, *(("DL-05/phone",) if spoken else ()), "DL-06/phone"))


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
            yield from met(met_by(case.care, "DL-09"))
    yield from met(met_by(case.care, "DL-07"))
    if asked.answer == "stay paused" and case.phase in IN_TRAINING:
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
    yield lambda s: f.TrainingResumed(**s, volume_percent=percent, usual_since=since, released_by=by)
    yield from cancelled(met_by(care, *ENDED_BY_RESUMING), "training resumed")


@tells(c.ReferBack)
def back(case: Case) -> Iterator[Telling]:
    """The client goes back to the referral source."""
    yield from refer_back(case, case.command.rule, case.command.reason)


@tells(c.NoteLetter)
def note_letter(case: Case) -> Iterator[Telling]:
    """A letter went out; what waited for it is done."""
    asked = case.command
    yield lambda s: f.LetterNoted(**s, letter=asked.letter, kind=asked.kind)
    yield from met(met_by(case.care, *CLOSED_BY_LETTER.get(asked.kind, ())))
    if asked.kind == "progress report":
        yield from deadlines(case, "progress_reported")
