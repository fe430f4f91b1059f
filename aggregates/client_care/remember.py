"""How each fact changes the memory. Remembering never fails, never asks whether, and reads no clock."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec

from aggregates.client_care import facts as f
from aggregates.client_care.branches import reasons_for_clearance
from aggregates.client_care.contents import Limit
from aggregates.client_care.corrected import CORRECT, remember_screening
from aggregates.client_care.deadlines import REMEMBER_DEADLINE
from aggregates.client_care.judge import free_of_stop_signs, worst_pain
from aggregates.client_care.memory import (
    OUTCOMES_KEPT,
    SESSIONS_KEPT,
    CareMemory,
    Clearance,
    FollowUpMemo,
    SessionMemo,
    Statement,
)
from aggregates.client_care.phases import IN_TRAINING, Phase
from aggregates.protocol.decisions import Decision

Remember = Callable[[CareMemory, Any], None]
REMEMBER: dict[type[f.CareFact], Remember] = {**REMEMBER_DEADLINE}


def on(kind: type[f.CareFact]) -> Callable[[Remember], Remember]:
    """Register how a kind of fact is remembered."""

    def register(remember: Remember) -> Remember:
        REMEMBER[kind] = remember
        return remember

    return register


@on(f.ClientRegistered)
def registered(care: CareMemory, fact: f.ClientRegistered) -> None:
    """Who the client is to later decisions."""
    care.registered, care.registered_at = True, care.registered_at or fact.occurred_at
    care.born = fact.born
    care.onset, care.stage, care.conditions = fact.onset, fact.stage, fact.conditions
    care.referral_source = fact.referred_by.name


@on(f.ProtocolPinned)
def protocol_pinned(care: CareMemory, fact: f.ProtocolPinned) -> None:
    """Which pack decides from now on."""
    care.pack, care.profile, care.clearance_policy = fact.pack, fact.profile, fact.clearance_policy


@on(f.ReleaseGiven)
def release_given(care: CareMemory, fact: f.ReleaseGiven) -> None:
    """To whom information may go."""
    care.releases = (*(r for r in care.releases if r.to != fact.release.to), fact.release)


@on(f.ReleaseWithdrawn)
def release_withdrawn(care: CareMemory, fact: f.ReleaseWithdrawn) -> None:
    """To whom it may go no longer."""
    care.releases = tuple(r for r in care.releases if r.to != fact.to)


@on(f.ScreeningRecorded)
def screening_recorded(care: CareMemory, fact: f.ScreeningRecorded) -> None:
    """When questions were answered, and what that added about onset, stage and conditions."""
    care.answered_at, care.screened_version = fact.occurred_at, fact.originator_version
    remember_screening(care, fact.screening)


@on(f.DecisionMade)
def decision_made(care: CareMemory, fact: f.DecisionMade) -> None:
    """What the newest decision was, and whether pain stopped the session it was about."""
    care.last_outcome = fact.verdict.outcome
    care.outcomes = dict([*care.outcomes.items(), (fact.of_version, fact.verdict.outcome.value)][-OUTCOMES_KEPT:])
    if fact.of_version == care.screened_version and not fact.verdict.fired("SCR-00"):
        care.screened_at = care.answered_at
        care.clearance_reasons = reasons_for_clearance(fact.verdict)
    if fact.of_version == care.screened_version or fact.verdict.fired("CLR-06"):
        care.clearance_required = any(m.decision is Decision.REQUIRE_CLEARANCE for m in fact.verdict.matched)
    session = care.session(fact.of_version)
    if session is not None:
        session.stopped_by_pain = fact.verdict.fired("PAIN-03")
    for each in care.sessions:
        if each.morning_version == fact.of_version:
            each.morning_fine = fact.verdict.outcome.rank >= Decision.NOTE.rank


@on(f.ClearanceGranted)
def clearance_granted(care: CareMemory, fact: f.ClearanceGranted) -> None:
    """The clearance in force from now on; it answers the flags that were open, and a health change before it."""
    if care.health_changed_at is not None:
        care.clearance_reasons = None
    care.former_clearance = care.clearance
    care.clearance = Clearance(issuer=fact.issuer, profession=fact.profession, valid_from=fact.valid_from,
                               valid_until=fact.valid_until, limits=fact.limits, rule=fact.rule)
    care.open_flags = ()


@on(f.ClearanceDeclined)
def clearance_declined(care: CareMemory, fact: f.ClearanceDeclined) -> None:
    """A clinician said no."""
    if care.clearance is not None:
        care.clearance.suspended_by, care.clearance.suspended_at = fact.rule, fact.occurred_at


@on(f.ClearanceSuspended)
def clearance_suspended(care: CareMemory, fact: f.ClearanceSuspended) -> None:
    """The clearance stopped being valid before its last day."""
    if care.clearance is not None:
        care.clearance.suspended_by, care.clearance.suspended_at = fact.rule, fact.occurred_at


@on(f.ClearanceLapsed)
def clearance_lapsed(care: CareMemory, _fact: f.ClearanceLapsed) -> None:
    """The clearance's last day is over."""
    if care.clearance is not None:
        care.clearance.lapsed = True


@on(f.ClearanceExpiryWarned)
def expiry_warned(care: CareMemory, fact: f.ClearanceExpiryWarned) -> None:
    """Which warnings were given."""
    if care.clearance is not None:
        care.clearance.warned = (*care.clearance.warned, fact.days)


@on(f.MeasuresRecorded)
def measures_recorded(care: CareMemory, fact: f.MeasuresRecorded) -> None:
    """The first score of each measure is its baseline."""
    care.retest = fact.labels or care.retest
    care.baseline = {**fact.scores, **care.baseline}
    if fact.usual_pain is not None:
        care.usual_pain = fact.usual_pain
    elif care.usual_pain is None and 0 <= fact.scores.get("NPRS", -1) <= 10:
        care.usual_pain = int(fact.scores["NPRS"])


@on(f.ProgramDesigned)
def program_designed(care: CareMemory, fact: f.ProgramDesigned) -> None:
    """The exercises by name."""
    care.template, care.program = fact.template, {each.name: each for each in fact.exercises}


@on(f.ProgramChanged)
def program_changed(care: CareMemory, fact: f.ProgramChanged) -> None:
    """The changed exercises replace their former selves."""
    care.program = {**care.program, **{each.name: each for each in fact.exercises}}


@on(f.SessionRecorded)
def session_recorded(care: CareMemory, fact: f.SessionRecorded) -> None:
    """What the next session, the next morning and the next step of the programme ask about it."""
    session = fact.session
    memo = SessionMemo(
        version=fact.originator_version, at=fact.occurred_at, pain_worst=worst_pain(session),
        pain_ten_minutes_later=session.pain_ten_minutes_later, done=session.done, signed=session.signed,
        free_of_stop_signs=free_of_stop_signs(session))
    care.sessions = [*care.sessions, memo][-SESSIONS_KEPT:]


@on(f.MorningAnswered)
def morning_answered(care: CareMemory, fact: f.MorningAnswered) -> None:
    """How the session was the morning after."""
    session = care.session(fact.of_version or 0)
    if session is not None:
        session.morning_version, session.morning = fact.originator_version, fact.morning
    if care.paused_at is not None and fact.morning.usual is False:
        _keep(care, fact, fact.morning.pain, usual=False)


@on(f.FollowUpAnswered)
def follow_up_answered(care: CareMemory, fact: f.FollowUpAnswered) -> None:
    """How pain was during the pause."""
    if care.paused_at is not None:
        _keep(care, fact, fact.follow_up.pain, usual=fact.follow_up.usual)


def _keep(care: CareMemory, fact: f.CareFact, pain: int, *, usual: bool) -> None:
    care.follow_ups = (*care.follow_ups, FollowUpMemo(
        version=fact.originator_version, at=fact.occurred_at, pain=pain, usual=usual))


@on(f.HealthChangeReported)
def health_change_reported(care: CareMemory, fact: f.HealthChangeReported) -> None:
    """Screening has to be done again before the next session."""
    care.health_changed_at = fact.occurred_at


@on(f.RedFlagsReported)
def red_flags_reported(care: CareMemory, fact: f.RedFlagsReported) -> None:
    """Which flags are open."""
    care.open_flags = tuple(dict.fromkeys((*care.open_flags, *(flag.id for flag in fact.red_flags))))


@on(f.ExacerbationOpened)
def exacerbation_opened(care: CareMemory, fact: f.ExacerbationOpened) -> None:
    """A pause begins, or the client got worse within one; what was said before does not count for its end."""
    care.exacerbations = (*care.exacerbations, fact.occurred_at)[-SESSIONS_KEPT:]
    care.paused_at, care.follow_ups, care.released_by = care.paused_at or fact.occurred_at, (), None


@on(f.ReferralSourceAnswered)
def referral_source_answered(care: CareMemory, fact: f.ReferralSourceAnswered) -> None:
    """Whether training may resume, and under which limits. What was said before the newest worsening frees nobody."""
    worse = care.exacerbations[-1] if care.exacerbations else None
    counts = fact.answer == "resume" and (worse is None or fact.occurred_at >= worse)
    care.released_by = fact.source if counts else None
    if care.clearance is not None and fact.new_limits:
        care.clearance.limits = with_new_limits(care.clearance.limits, fact.new_limits)


def with_new_limits(limits: tuple[Limit, ...], new: tuple[Limit, ...]) -> tuple[Limit, ...]:
    """*limits*, with those that a new one replaces left out: same thing, same exercise, same region."""
    replaced = {(each.of, each.exercise, each.region) for each in new}
    return (*(each for each in limits if (each.of, each.exercise, each.region) not in replaced), *new)


@on(f.TrainingResumed)
def training_resumed(care: CareMemory, _fact: f.TrainingResumed) -> None:
    """The pause is over."""
    care.paused_at, care.follow_ups, care.released_by = None, (), None


@on(f.ReferredBack)
def referred_back(care: CareMemory, fact: f.ReferredBack) -> None:
    """The clinician has to speak first."""
    care.referred_back_at, care.paused_at = fact.occurred_at, None
    care.follow_ups, care.released_by = (), None


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
    correct = CORRECT.get(fact.of_name)
    if correct is not None:
        with suppress(msgspec.ValidationError, LookupError):
            correct(care, fact.of_version, fact.content)


@on(f.ClientDischarged)
def client_discharged(care: CareMemory, fact: f.ClientDischarged) -> None:
    """Care has ended."""
    care.discharged_at, care.paused_at = fact.occurred_at, None


@on(f.ClientReadmitted)
def client_readmitted(care: CareMemory, _fact: f.ClientReadmitted) -> None:
    """Care begins anew: screening and clearance have to be done again."""
    care.discharged_at, care.screened_at, care.clearance, care.former_clearance = None, None, None, None
    care.referred_back_at, care.health_changed_at, care.clearance_required = None, None, True
    care.program, care.template, care.sessions = {}, "", []
    care.baseline, care.retest, care.usual_pain = {}, {}, None


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


def _enter(care: CareMemory, phase: Phase, fact: f.CareFact) -> None:
    """Keep from when to when training lasted, so that a session entered late finds its place."""
    if phase in IN_TRAINING and care.phase not in IN_TRAINING:
        care.training_since, care.training_until = fact.occurred_at, None
    elif phase not in IN_TRAINING and care.phase in IN_TRAINING:
        care.training_until = fact.occurred_at
    care.phase = phase


def remember(care: CareMemory, fact: f.CareFact) -> None:
    """Let *care* remember *fact*: the phase it led to, and what its kind adds."""
    if fact.meta.phase is not None:
        _enter(care, Phase(fact.meta.phase), fact)
    if fact.meta.actor_kind in ("person", "client"):
        care.last_contact_at = fact.timestamp
    handler = REMEMBER.get(type(fact))
    if handler is not None:
        handler(care, fact)
