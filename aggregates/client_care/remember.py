"""How each fact changes the memory. Remembering never fails, never asks whether, and reads no clock."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import msgspec

from aggregates.client_care import facts as f
from aggregates.client_care.branches import reasons_for_clearance
from aggregates.client_care.contents import Limit
from aggregates.client_care.corrected import (
    CORRECT,
    remember_features,
    remember_screening,
    usual_morning,
    usual_pain_of,
)
from aggregates.client_care.deadlines import REMEMBER_DEADLINE
from aggregates.client_care.judge import free_of_stop_signs, worst_pain
from aggregates.client_care.memory import (
    OUTCOMES_KEPT,
    PAPERS_KEPT,
    SESSIONS_KEPT,
    STRETCHES_KEPT,
    CareMemory,
    Clearance,
    FollowUpMemo,
    SessionMemo,
    Statement,
    Stretch,
)
from aggregates.client_care.names import same_name
from aggregates.client_care.phases import IN_TRAINING, Phase
from aggregates.protocol.decisions import Decision

NEVER = datetime.max.replace(tzinfo=UTC)
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
    care.phase_since = fact.occurred_at


@on(f.ProtocolPinned)
def protocol_pinned(care: CareMemory, fact: f.ProtocolPinned) -> None:
    """Which pack decides from now on."""
    care.pack, care.profile, care.clearance_policy = fact.pack, fact.profile, fact.clearance_policy


@on(f.ReleaseGiven)
def release_given(care: CareMemory, fact: f.ReleaseGiven) -> None:
    """To whom information may go. What was signed before it was taken back stays taken back."""
    to, signed = same_name(fact.release.to), fact.release.signed_on
    withdrawn = care.withdrawn.get(to)
    if withdrawn is None or (signed is not None and signed >= withdrawn.date() and fact.occurred_at > withdrawn):
        care.releases = (*(r for r in care.releases if same_name(r.to) != to), fact.release)


@on(f.ReleaseWithdrawn)
def release_withdrawn(care: CareMemory, fact: f.ReleaseWithdrawn) -> None:
    """To whom it may go no longer."""
    to = same_name(fact.to)
    care.releases = tuple(r for r in care.releases if same_name(r.to) != to)
    care.withdrawn[to] = max(fact.occurred_at, care.withdrawn.get(to, fact.occurred_at))


@on(f.ScreeningRecorded)
def screening_recorded(care: CareMemory, fact: f.ScreeningRecorded) -> None:
    """When questions were answered, and what that added; a screening from before the newest one replaces nothing."""
    if care.answered_at is None or fact.occurred_at >= care.answered_at:
        care.answered_at, care.screened_version = fact.occurred_at, fact.originator_version
        remember_screening(care, fact.screening)


@on(f.DecisionMade)
def decision_made(care: CareMemory, fact: f.DecisionMade) -> None:
    """What the newest decision was, and whether pain stopped the session it was about."""
    care.last_outcome = fact.verdict.outcome
    if fact.verdict.outcome in (Decision.EMERGENCY, Decision.REFER_SAME_DAY, Decision.PAUSE):
        danger(care, fact.occurred_at)
    if fact.of_version == care.started_version:
        held = fact.verdict.outcome is Decision.HOLD_SESSION
        care.held_at = fact.occurred_at if held else None
        care.held_inputs = tuple(each.name for each in fact.verdict.inputs if held and each.source == "coach_measured")
    if len(care.outcomes) == OUTCOMES_KEPT:
        del care.outcomes[next(iter(care.outcomes))]
    care.outcomes[fact.of_version] = fact.verdict.outcome.value
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
            each.morning_fine = fact.verdict.outcome.rank >= Decision.NOTE.rank and fact.verdict.fired("PAIN-05")


@on(f.ClearanceGranted)
def clearance_granted(care: CareMemory, fact: f.ClearanceGranted) -> None:
    """The clearance in force from now on; it answers the flags that were open. An older paper replaces no newer one."""
    granted = Clearance(issuer=fact.issuer, profession=fact.profession, valid_from=fact.valid_from,
                        valid_until=fact.valid_until, limits=fact.limits, rule=fact.rule)
    held = care.clearance
    if held is not None and held.suspended_by is None and not held.lapsed and fact.valid_from < held.valid_from:
        care.former_clearance = granted
        return
    care.former_clearance, care.clearance = held, granted
    care.open_flags, care.open_features = (), {}


@on(f.ClearanceReceived)
def clearance_received(care: CareMemory, fact: f.ClearanceReceived) -> None:
    """Which papers are on record."""
    if fact.form.dated is not None:
        care.papers = (*care.papers, (same_name(fact.form.issuer), fact.form.dated))[-PAPERS_KEPT:]


@on(f.ClearanceDeclined)
def clearance_declined(care: CareMemory, fact: f.ClearanceDeclined) -> None:
    """A clinician said no."""
    danger(care, fact.occurred_at)
    if care.clearance is not None:
        care.clearance.suspended_by, care.clearance.suspended_at = fact.rule, fact.occurred_at


@on(f.ClearanceSuspended)
def clearance_suspended(care: CareMemory, fact: f.ClearanceSuspended) -> None:
    """The clearance stopped being valid before its last day."""
    danger(care, fact.occurred_at)
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
    """The first score of each measure is its baseline, in the order in which they were taken."""
    care.retest = {**care.retest, **fact.labels}
    version, at = fact.originator_version, fact.occurred_at
    first = {name: score for name, score in fact.scores.items() if at < care.baseline_at.get(name, NEVER)}
    care.baseline = {**care.baseline, **first}
    care.baseline_versions = {**care.baseline_versions, **dict.fromkeys(first, version)}
    care.baseline_at = {**care.baseline_at, **dict.fromkeys(first, at)}
    remember_usual_pain(care, fact)


def remember_usual_pain(care: CareMemory, fact: f.MeasuresRecorded) -> None:
    """The newest word on the usual pain counts; within a pause it is not raised, or the pause would end by it."""
    usual = usual_pain_of(fact.scores, fact.usual_pain, known=care.usual_pain is not None)
    newer = care.usual_pain_at is None or fact.occurred_at >= care.usual_pain_at
    raised_in_pause = care.paused_at is not None and care.usual_pain is not None and (usual or 0) > care.usual_pain
    if usual is not None and newer and not raised_in_pause:
        care.usual_pain, care.usual_pain_version = usual, fact.originator_version
        care.usual_pain_at = fact.occurred_at


@on(f.ProgramDesigned)
def program_designed(care: CareMemory, fact: f.ProgramDesigned) -> None:
    """The exercises by name."""
    care.template, care.program = fact.template, {each.name: each for each in fact.exercises}


@on(f.ProgramChanged)
def program_changed(care: CareMemory, fact: f.ProgramChanged) -> None:
    """The changed exercises replace their former selves."""
    if fact.rule == "PRG-01":
        care.raised_at = fact.occurred_at
    care.program = {**care.program, **{each.name: each for each in fact.exercises}}


@on(f.SessionRecorded)
def session_recorded(care: CareMemory, fact: f.SessionRecorded) -> None:
    """What the next session, the next morning and the next step of the programme ask about it."""
    session = fact.session
    care.sessions.append(SessionMemo(
        version=fact.originator_version, at=fact.occurred_at, pain_worst=worst_pain(session),
        pain_ten_minutes_later=session.pain_ten_minutes_later, done=session.done, signed=session.signed,
        free_of_stop_signs=free_of_stop_signs(session)))
    if len(care.sessions) > 1 and care.sessions[-2].at > care.sessions[-1].at:  # entered late
        care.sessions.sort(key=lambda each: (each.at, each.version))
    del care.sessions[:-SESSIONS_KEPT]


@on(f.SessionStarted)
def session_started(care: CareMemory, fact: f.SessionStarted) -> None:
    """Which decision says whether a session may begin."""
    care.started_version = fact.originator_version


@on(f.MorningAnswered)
def morning_answered(care: CareMemory, fact: f.MorningAnswered) -> None:
    """How the session was the morning after: the first answer stands until it is corrected."""
    session, said = care.session(fact.of_version or 0), fact.morning
    if session is not None and session.morning_version is None:
        session.morning_version, session.morning = fact.originator_version, said
    if care.paused_at is not None:
        _keep(care, fact, said.pain, usual=usual_morning(said, care.usual_pain))


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
    care.health_changed_at = max(fact.occurred_at, care.health_changed_at or fact.occurred_at)
    danger(care, fact.occurred_at)


@on(f.RedFlagsReported)
def red_flags_reported(care: CareMemory, fact: f.RedFlagsReported) -> None:
    """Which flags are open."""
    care.open_flags = tuple(dict.fromkeys((*care.open_flags, *(flag.id for flag in fact.red_flags))))
    remember_features(care, fact.red_flags)


@on(f.ExacerbationOpened)
def exacerbation_opened(care: CareMemory, fact: f.ExacerbationOpened) -> None:
    """A pause begins, or the client got worse within one; a release from before that does not count for its end."""
    care.exacerbations = (*care.exacerbations, fact.occurred_at)[-SESSIONS_KEPT:]
    care.paused_at = care.paused_at or fact.occurred_at
    if care.released_at is not None and care.released_at < fact.occurred_at:
        care.released_by, care.released_at = None, None


@on(f.ReferralSourceAnswered)
def referral_source_answered(care: CareMemory, fact: f.ReferralSourceAnswered) -> None:
    """Whether training may resume, under which limits. A word older than a newer one or a worsening frees nobody."""
    at, worse = fact.occurred_at, care.newest_worsening
    if fact.answer in ("stop", "stay paused"):
        danger(care, at)
    if care.referrer_answered_at is not None and at < care.referrer_answered_at:
        return
    counts = fact.answer == "resume" and (worse is None or at >= worse)
    care.released_by, care.released_at = (fact.source, at) if counts else (None, None)
    care.referrer_answered_at, held = at, care.clearance
    if held is not None and fact.new_limits:
        held.earlier_limits, held.limits_since = held.limits, at
        held.limits = with_new_limits(held.limits, fact.new_limits)


def with_new_limits(limits: tuple[Limit, ...], new: tuple[Limit, ...]) -> tuple[Limit, ...]:
    """*limits*, with those that a new one replaces left out: same thing, same exercise, same region."""
    replaced = {(each.of, each.exercise, each.region) for each in new}
    return (*(each for each in limits if (each.of, each.exercise, each.region) not in replaced), *new)


@on(f.TrainingResumed)
def training_resumed(care: CareMemory, _fact: f.TrainingResumed) -> None:
    """The pause is over."""
    care.paused_at, care.follow_ups, care.released_by, care.released_at = None, (), None, None


@on(f.ReferredBack)
def referred_back(care: CareMemory, fact: f.ReferredBack) -> None:
    """The clinician has to speak first."""
    care.referred_back_at, care.paused_at = fact.occurred_at, None
    care.follow_ups, care.released_by, care.released_at = (), None, None
    danger(care, fact.occurred_at)


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
            correct(care, fact.of_version, fact.content, fact.fields)


@on(f.ClientDischarged)
def client_discharged(care: CareMemory, fact: f.ClientDischarged) -> None:
    """Care has ended."""
    care.discharged_at, care.paused_at = fact.occurred_at, None


@on(f.ClientReadmitted)
def client_readmitted(care: CareMemory, _fact: f.ClientReadmitted) -> None:
    """Care begins anew: screening and clearance have to be done again."""
    care.discharged_at, care.screened_at, care.clearance, care.former_clearance = None, None, None, None
    care.referred_back_at, care.health_changed_at, care.clearance_required = None, None, True
    care.program, care.template, care.sessions, care.raised_at = {}, "", [], None
    care.baseline, care.baseline_versions, care.baseline_at, care.retest = {}, {}, {}, {}
    care.usual_pain, care.usual_pain_version, care.usual_pain_at = None, 0, None


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
        care.stretches = (*care.stretches, Stretch(since=fact.occurred_at))[-STRETCHES_KEPT:]
    elif phase not in IN_TRAINING and care.phase in IN_TRAINING and care.stretches:
        care.stretches = (*care.stretches[:-1], Stretch(since=care.stretches[-1].since, until=fact.occurred_at))
    care.phase, care.phase_since = phase, fact.occurred_at


def danger(care: CareMemory, at: datetime) -> None:
    """Something that only a clearance given since answers: no paper that is on record already, and none from before."""
    care.danger_at = max(at, care.danger_at or at)
    care.spent_papers = care.papers


def remember(care: CareMemory, fact: f.CareFact) -> None:
    """Let *care* remember *fact*: the phase it led to, and what its kind adds."""
    meta = fact.meta
    if meta.phase is not None and meta.phase != care.phase:
        _enter(care, Phase(meta.phase), fact)
    if meta.actor_kind in ("person", "client"):
        care.last_contact_at = fact.timestamp
    handler = REMEMBER.get(type(fact))
    if handler is not None:
        handler(care, fact)
