"""Rules that hold in every phase."""

from __future__ import annotations

from aggregates.client_care.commands import (
    AmendFact,
    LiftHold,
    OverrideDecision,
    RegisterClient,
    ResolveContradiction,
    WithdrawRelease,
)
from aggregates.client_care.context import CareContext
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.rules.instead import instead_of_amending
from aggregates.kernel.messages import Command
from aggregates.kernel.names import same_name
from aggregates.kernel.rules import Finding, finding, rule
from aggregates.protocol.decisions import Decision


@rule(unlock="nothing: the client is registered already", supplier="nobody")
def client_is_new(care: CareMemory, _command: RegisterClient, _context: CareContext) -> Finding:
    """CARE-01: a client is registered once."""
    return finding(not care.registered, registered=care.registered)


@rule(unlock="a step that belongs to this phase", supplier="the practice")
def step_belongs_to_this_phase(care: CareMemory, command: Command, _context: CareContext) -> Finding:
    """CARE-02: a step is taken only from a phase in which the pathway knows it."""
    return finding(False, phase=care.phase.value, command=type(command).__name__)


@rule(unlock="readmission, which begins with a new screening", supplier="the practice")
def care_is_open(care: CareMemory, _command: Command, _context: CareContext) -> Finding:
    """CARE-03: after discharge care begins anew with screening."""
    return finding(care.discharged_at is None, discharged=care.discharged_at is not None)


@rule(unlock="the same step for a moment after what is on record", supplier="the practice")
def nothing_newer_stands_against_it(care: CareMemory, _command: Command, context: CareContext) -> Finding:
    """CARE-04: a step that begins or ends training is not dated before what is on record."""
    newest = max((each for each in (care.phase_since, care.danger_at, *(s.at for s in care.sessions[-1:]))
                  if each is not None), default=None)
    return finding(newest is None or context.occurred_at >= newest,
                   on_record_until=context.house.local(newest).isoformat(timespec="minutes") if newest else None)


@rule(unlock="nothing: call the emergency number and the referral source", supplier="nobody")
def an_emergency_cannot_be_overridden(care: CareMemory, _command: OverrideDecision, _context: CareContext) -> Finding:
    """OVR-01: an emergency decision is never set aside."""
    return finding(care.last_outcome != Decision.EMERGENCY, last_decision=care.last_outcome)


@rule(unlock="a protocol row that allows its override", supplier="the medical adviser")
def the_row_allows_an_override(_care: CareMemory, _command: OverrideDecision, context: CareContext) -> Finding:
    """OVR-02: a decision is set aside only where its protocol row allows it."""
    return finding(False, rows_that_allow_it=0, pack=context.pack.title)


@rule(unlock="the version of a recorded observation", supplier="whoever recorded it")
def fact_can_be_amended(_care: CareMemory, command: AmendFact, context: CareContext) -> Finding:
    """AMD-01: what was observed or told can be corrected; a decision is only ever made anew."""
    original = context.original
    return finding(original is not None and original.TOPIC in AMENDABLE, version=command.version,
                   fact=original.TOPIC if original else None,
                   unlock=instead_of_amending(original.TOPIC) if original else ())


@rule(unlock="at least one field that differs", supplier="whoever corrects")
def amendment_changes_something(_care: CareMemory, command: AmendFact, context: CareContext) -> Finding:
    """AMD-02: a correction says what was wrong."""
    return finding(context.original is None or bool(command.corrected), fields=len(command.corrected))


@rule(unlock="the statement of an open contradiction", supplier="the practice")
def contradiction_is_open(care: CareMemory, command: ResolveContradiction, _context: CareContext) -> Finding:
    """SRC-02: only an open contradiction is settled."""
    waiting = [each.version for each in care.contradictions]
    return finding(command.statement in waiting, statement=command.statement, open=len(waiting),
                   waiting=", ".join(f"v{each}" for each in waiting) or None)


@rule(unlock="the recipient's name as the release has it", supplier="the practice")
def a_release_is_on_record(care: CareMemory, command: WithdrawRelease, _context: CareContext) -> Finding:
    """PRV-08: only a release that is on record is taken back."""
    known = {same_name(each.to) for each in care.releases}
    return finding(same_name(command.to) in known, releases=len(care.releases),
                   they_are_to=", ".join(sorted(each.to for each in care.releases)) or None)


@rule(unlock="register the client", supplier="the practice")
def client_is_registered(care: CareMemory, command: Command, _context: CareContext) -> Finding:
    """CARE-05: nothing is decided or recorded about a client before the client is registered."""
    return finding(care.registered, registered=care.registered, command=type(command).__name__)


@rule(unlock="a hold that is in place", supplier="the owner")
def a_hold_is_in_place(care: CareMemory, _command: LiftHold, _context: CareContext) -> Finding:
    """PRV-07: only a hold that is in place is lifted."""
    return finding(care.holds > 0, holds=care.holds)


AMENDABLE = frozenset({
    "care.client_registered", "care.screening_recorded", "care.session_recorded", "care.morning_answered",
    "care.follow_up_answered", "care.measures_recorded", "care.adverse_response_reported",
    "care.statement_recorded", "care.referral_source_contacted", "care.health_change_reported",
})
