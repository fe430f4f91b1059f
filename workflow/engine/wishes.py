"""What somebody may want to do next with a client, as requests that nothing but the client's standing can refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from aggregates.client_care import commands as c
from aggregates.client_care.contents import Change, Exercise
from aggregates.client_care.context import CareContext
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.phases import IN_TRAINING, OPEN, Phase
from aggregates.kernel.messages import Command

ABOUT_CONTENT = frozenset({
    "program_is_within_the_clearance", "change_is_within_the_clearance", "exercises_have_distinct_names",
    "raises_of_a_new_programme_are_earned", "raises_of_a_new_programme_are_small", "a_new_programme_raises_one_thing",
    "new_exercises_are_within_the_template", "programme_keeps_the_resumed_volume",
    "one_change_per_step", "change_fits_the_programme", "raise_is_small", "a_session_came_before",
})
"""Rules that look at what a request says: they can only be held against a real one."""


class Wish(NamedTuple):
    """Something that may be wanted, in words, and a request that stands for it."""

    words: str
    command: Command


def wishes(care: CareMemory, context: CareContext) -> Iterator[Wish]:
    """Everything that makes sense to ask about from where the client stands."""
    if care.phase is Phase.DISCHARGED:
        yield Wish("take the client in again", c.Readmit(reason="-"))
        yield Wish("start a session", c.StartSession())
        yield Wish("report red flags", c.ReportRedFlags(red_flags=()))
        return
    yield from _training(care, context)
    yield from _clearance(care, context)
    yield from _reports(care)
    yield from _endings(care)


def _training(care: CareMemory, context: CareContext) -> Iterator[Wish]:
    yield Wish("start a session", c.StartSession())
    yield Wish("record a session", c.RecordSession())
    if care.phase in (Phase.EXACERBATION_PAUSE, Phase.REFERRAL_BACK):
        most = int(context.pack.number("EXA-02.volume_percent"))
        yield Wish("resume training", c.ResumeTraining(volume_percent=most))
    plain = Exercise(name="-", kind="LOCAL")
    yield Wish("set the programme", c.DesignProgram(template="DOS-LO", exercises=(plain,)))
    loaded = next((each for each in care.program.values() if each.load_kg), None)
    if loaded is not None:
        load = loaded.load_kg or 0.0
        yield Wish("change the programme without a raise", _change(loaded.name, load))
        yield Wish("raise a load", _change(loaded.name, round(load * 1.05, 2)))


def _change(exercise: str, load: float) -> c.ChangeProgram:
    return c.ChangeProgram(changes=(Change(exercise=exercise, what="load_kg", to=load),))


def _clearance(care: CareMemory, context: CareContext) -> Iterator[Wish]:
    source = care.referral_source or "-"
    if care.phase is not Phase.EXACERBATION_PAUSE:
        yield Wish("record the screening", c.RecordScreening(answers={}))
    yield Wish("ask for a clearance", c.RequestClearance(issuer=source))
    yield Wish("record a clearance that arrived", c.RecordClearance(
        issuer=source, profession=context.house.accepted_issuers[0], dated=context.today, signed=True, diagnosis="-",
        decision="full", restrictions="none"))
    yield Wish("record the client's release to the referral source", c.RecordRelease(
        to=source, what="-", until=context.today))
    yield Wish("record a talk with the referral source", c.ContactReferralSource(spoke_with=source, agreed="-"))
    yield Wish("record the referral source's answer", c.RecordAnswer(source=source, answer="resume"))


def _reports(care: CareMemory) -> Iterator[Wish]:
    yield Wish("record outcome measures", c.RecordMeasures(scores={}, usual_pain=care.usual_pain or 0))
    if care.sessions:
        yield Wish("record a next-morning answer", c.RecordMorning(pain=0, usual=True))
    if care.phase is Phase.EXACERBATION_PAUSE:
        yield Wish("record a follow-up answer", c.RecordFollowUp(pain=0, usual=True))
    if care.phase in (*IN_TRAINING, Phase.EXACERBATION_PAUSE, Phase.MEDICAL_CLEARANCE):
        yield Wish("report that symptoms got worse", c.ReportExacerbation())
    yield Wish("report an adverse response", c.ReportAdverseResponse(grade=1))
    yield Wish("report red flags", c.ReportRedFlags(red_flags=()))
    yield Wish("report a change of health", c.ReportHealthChange(what="-"))


def _endings(care: CareMemory) -> Iterator[Wish]:
    if care.contradictions:
        yield Wish("settle the open contradiction", c.ResolveContradiction(
            statement=care.contradictions[0].version, stands="record", reason="-"))
    if care.phase in OPEN and care.phase is not Phase.REFERRAL_BACK:
        yield Wish("refer the client back", c.ReferBack(rule="-", reason="-"))
    if care.phase is Phase.ACTIVE_TRAINING:
        yield Wish("move to functional maintenance", c.MoveToMaintenance(reason="-"))
    if care.phase in IN_TRAINING:
        yield Wish("discharge with goals met", c.Discharge(reason="goals met"))
    yield Wish("discharge for another reason", c.Discharge(reason="other"))
