"""The record itself: statements, contradictions, corrections, holds."""

from __future__ import annotations

from collections.abc import Iterator

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.amending import corrected_content, is_higher_now, judge_again
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.phases import Phase
from aggregates.client_care.tellings.base import Automatic, Case, Telling, tells
from aggregates.client_care.tellings.outcome import consequences, receipt
from aggregates.protocol.verdict import Verdict


@tells(c.RecordStatement)
def statement(case: Case) -> Iterator[Telling]:
    """Somebody's words, and a contradiction if the record says otherwise."""
    asked = case.command
    yield lambda s: f.StatementRecorded(
        **s, source=asked.source, words=asked.words, about=asked.about, activity=asked.activity)
    if asked.about == "clearance" and asked.activity and not _cleared_for(case.care, asked.activity):
        against = f"the clearance in force names no {asked.activity}"
        yield Automatic(lambda s: f.ContradictionOpened(**s, statement=case.version, against=against))


def _cleared_for(care: CareMemory, activity: str) -> bool:
    return any(activity.lower() == each.lower() for each in care.program)


@tells(c.ResolveContradiction)
def resolve(case: Case) -> Iterator[Telling]:
    """Which side stands; both stay readable."""
    asked = case.command
    yield lambda s: f.ContradictionResolved(
        **s, statement=asked.statement, stands=asked.stands, reason=asked.reason)


@tells(c.AmendFact)
def amend(case: Case) -> Iterator[Telling]:
    """The correction, and every decision that is made anew because of it."""
    asked, original = case.command, case.context.original
    assert original is not None
    content = corrected_content(original, asked.corrected)
    yield lambda s: f.FactAmended(
        **s, of_version=asked.version, of_name=original.TOPIC, fields=tuple(sorted(asked.corrected)),
        content=content, reason=asked.reason)
    raised: list[tuple[int, Verdict]] = []
    for of_version, verdict in judge_again(case.care, asked.version, original, content, case.context):
        if is_higher_now(case.care, of_version, verdict):
            raised.append((of_version, verdict))
        yield receipt(verdict, of_version, again=True)
    if raised and not _is_paused_already(case):
        of_version, highest = min(raised, key=lambda each: each[1].outcome.rank)
        yield from consequences(case, highest, of_version)


def _is_paused_already(case: Case) -> bool:
    """A correction of what led to the pause is no new worsening: it does not begin the pause anew."""
    return case.phase is case.dest is Phase.EXACERBATION_PAUSE


@tells(c.PlaceHold)
def place_hold(case: Case) -> Iterator[Telling]:
    """Erasure is forbidden."""
    yield lambda s: f.HoldPlaced(**s, reason=case.command.reason)


@tells(c.LiftHold)
def lift_hold(case: Case) -> Iterator[Telling]:
    """One reason against erasure is gone."""
    yield lambda s: f.HoldLifted(**s, reason=case.command.reason)


@tells(c.OverrideDecision)
def override(_case: Case) -> Iterator[Telling]:
    """No row of the protocol allows an override yet, so none is ever admitted."""
    yield from ()
