"""The record itself, and the end of care: contradictions, corrections, holds, discharge, erasure."""

from __future__ import annotations

from contextlib import suppress

import msgspec

from aggregates.client_care import facts as f
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.memos import Statement
from aggregates.client_care.remembering.base import on
from aggregates.client_care.remembering.corrected import CORRECT
from aggregates.client_care.remembering.said import remember_rise


@on(f.ContradictionOpened)
def contradiction_opened(care: CareMemory, fact: f.ContradictionOpened) -> None:
    """A person has to settle this."""
    care.contradictions = (*care.contradictions, Statement(version=fact.statement, against=fact.against))


@on(f.ContradictionResolved)
def contradiction_resolved(care: CareMemory, fact: f.ContradictionResolved) -> None:
    """It is settled."""
    care.contradictions = tuple(each for each in care.contradictions if each.version != fact.statement)


@on(f.FactAmended)
def fact_amended(care: CareMemory, fact: f.FactAmended) -> None:
    """What was corrected is remembered as corrected. What can't be read was never admitted, and changes nothing."""
    correct, usual_before = CORRECT.get(fact.of_name), care.usual_pain
    if correct is not None:
        with suppress(msgspec.ValidationError, LookupError):
            correct(care, fact.of_version, fact.content, fact.fields)
    remember_rise(care, usual_before, care.usual_pain, entered=fact.timestamp)


@on(f.ClientDischarged)
def client_discharged(care: CareMemory, fact: f.ClientDischarged) -> None:
    """Care has ended."""
    care.discharged_at, care.paused_at = fact.occurred_at, None


@on(f.ClientReadmitted)
def client_readmitted(care: CareMemory, _fact: f.ClientReadmitted) -> None:
    """Care begins anew: screening and clearance have to be done again."""
    care.open_questions = ()
    care.discharged_at, care.screened_at, care.clearance, care.former_clearance = None, None, None, None
    care.referred_back_at, care.health_changed_at, care.clearance_required = None, None, True
    care.unclear, care.dropped, care.shares = (), {}, ()
    care.program, care.template, care.sessions, care.raised_at = {}, "", [], None
    care.baseline, care.baseline_versions, care.baseline_at, care.retest = {}, {}, {}, {}
    care.usual_pain, care.usual_pain_version, care.usual_pain_at, care.former_usual = None, 0, None, ()


@on(f.HoldPlaced)
def hold_placed(care: CareMemory, _fact: f.HoldPlaced) -> None:
    """One more reason not to erase."""
    care.holds += 1


@on(f.HoldLifted)
def hold_lifted(care: CareMemory, _fact: f.HoldLifted) -> None:
    """One reason less."""
    care.holds = max(0, care.holds - 1)


@on(f.ClientErased)
def client_erased(care: CareMemory, _fact: f.ClientErased) -> None:
    """Nothing may be asked any more."""
    care.erased = True
