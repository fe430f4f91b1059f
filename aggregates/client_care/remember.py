"""How each fact changes the memory. Remembering never fails, never asks whether, and reads no clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from aggregates.client_care import facts as f
from aggregates.client_care.contents import Limit
from aggregates.client_care.memory import SESSIONS_KEPT, CareMemory, Clearance, SessionMemo, Statement
from aggregates.protocol.decisions import Decision

Remember = Callable[[CareMemory, Any], None]
REMEMBER: dict[type[f.CareFact], Remember] = {}


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
    """When screening was done, and what it corrected about onset and stage."""
    screening = fact.screening
    care.screened_at, care.screened_version = fact.occurred_at, fact.originator_version
    care.onset, care.stage = screening.onset or care.onset, screening.stage or care.stage
    care.conditions = care.conditions if screening.conditions is None else screening.conditions
    care.open_flags = tuple(flag.id for flag in screening.red_flags or ())


@on(f.DecisionMade)
def decision_made(care: CareMemory, fact: f.DecisionMade) -> None:
    """What the newest decision was, and whether pain stopped the session it was about."""
    care.last_outcome = fact.verdict.outcome
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
    """The clearance in force from now on; it answers the flags that were open."""
    care.clearance = Clearance(issuer=fact.issuer, profession=fact.profession, valid_from=fact.valid_from,
                               valid_until=fact.valid_until, limits=fact.limits, rule=fact.rule)
    care.open_flags = ()


@on(f.ClearanceDeclined)
def clearance_declined(care: CareMemory, fact: f.ClearanceDeclined) -> None:
    """A clinician said no."""
    if care.clearance is not None:
        care.clearance.suspended_by = fact.rule


@on(f.ClearanceSuspended)
def clearance_suspended(care: CareMemory, fact: f.ClearanceSuspended) -> None:
    """The clearance stopped being valid before its last day."""
    if care.clearance is not None:
        care.clearance.suspended_by = fact.rule


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
    care.retested = care.retested or bool(fact.labels)
    care.baseline = {**fact.scores, **care.baseline}
    if fact.usual_pain is not None:
        care.usual_pain = fact.usual_pain
    elif care.usual_pain is None and "NPRS" in fact.scores:
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
        version=fact.originator_version, at=fact.occurred_at, pain_worst=session.pain_worst,
        pain_ten_minutes_later=session.pain_ten_minutes_later, done=session.done, signed=session.signed)
    care.sessions = [*care.sessions, memo][-SESSIONS_KEPT:]


@on(f.MorningAnswered)
def morning_answered(care: CareMemory, fact: f.MorningAnswered) -> None:
    """How the session was the morning after."""
    session = care.session(fact.of_version or 0)
    if session is not None:
        session.morning_version, session.morning_pain = fact.originator_version, fact.morning.pain
        session.morning_usual = fact.morning.usual


@on(f.FollowUpAnswered)
def follow_up_answered(care: CareMemory, fact: f.FollowUpAnswered) -> None:
    """Since when pain has been as usual, without a break."""
    care.usual_since = (care.usual_since or fact.occurred_at) if fact.follow_up.usual else None


@on(f.RedFlagsReported)
def red_flags_reported(care: CareMemory, fact: f.RedFlagsReported) -> None:
    """Which flags are open."""
    care.open_flags = tuple(dict.fromkeys((*care.open_flags, *(flag.id for flag in fact.red_flags))))


@on(f.ExacerbationOpened)
def exacerbation_opened(care: CareMemory, fact: f.ExacerbationOpened) -> None:
    """A pause begins; what was said before it does not count for its end."""
    care.exacerbations = (*care.exacerbations, fact.occurred_at)[-SESSIONS_KEPT:]
    care.paused_at, care.usual_since, care.released_by = fact.occurred_at, None, None


@on(f.ReferralSourceAnswered)
def referral_source_answered(care: CareMemory, fact: f.ReferralSourceAnswered) -> None:
    """Whether training may resume, and under which limits."""
    care.released_by = fact.source if fact.answer == "resume" else None
    if care.clearance is not None and fact.new_limits:
        care.clearance.limits = with_new_limits(care.clearance.limits, fact.new_limits)


def with_new_limits(limits: tuple[Limit, ...], new: tuple[Limit, ...]) -> tuple[Limit, ...]:
    """*limits*, with those that a new one replaces left out: same thing, same exercise, same region."""
    replaced = {(each.of, each.exercise, each.region) for each in new}
    return (*(each for each in limits if (each.of, each.exercise, each.region) not in replaced), *new)


@on(f.TrainingResumed)
def training_resumed(care: CareMemory, _fact: f.TrainingResumed) -> None:
    """The pause is over."""
    care.paused_at, care.usual_since, care.released_by = None, None, None


@on(f.ReferredBack)
def referred_back(care: CareMemory, fact: f.ReferredBack) -> None:
    """The clinician has to speak first."""
    care.referred_back_at, care.paused_at = fact.occurred_at, None


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
    """What was corrected is remembered as corrected."""
    if fact.of_name == f.SessionRecorded.TOPIC:
        memo, session = care.session(fact.of_version), fact.content.get("session", {})
        if memo is not None:
            memo.pain_worst = session.get("pain_worst")
            memo.pain_ten_minutes_later = session.get("pain_ten_minutes_later")
            memo.done, memo.signed = session.get("done"), session.get("signed", False)
    elif fact.of_name == f.MorningAnswered.TOPIC:
        for memo in care.sessions:
            if memo.morning_version == fact.of_version:
                memo.morning_pain = fact.content["morning"]["pain"]
                memo.morning_usual = fact.content["morning"].get("usual")
    elif fact.of_name == f.ClientRegistered.TOPIC:
        care.onset = date.fromisoformat(fact.content["onset"])
        care.stage = fact.content["stage"]
        care.conditions = tuple(fact.content.get("conditions", ()))


@on(f.ClientDischarged)
def client_discharged(care: CareMemory, fact: f.ClientDischarged) -> None:
    """Care has ended."""
    care.discharged_at, care.paused_at = fact.occurred_at, None


@on(f.ClientReadmitted)
def client_readmitted(care: CareMemory, _fact: f.ClientReadmitted) -> None:
    """Care begins anew: screening and clearance have to be done again."""
    care.discharged_at, care.screened_at, care.clearance = None, None, None
    care.referred_back_at = None


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


@on(f.DeadlineSet)
def deadline_set(care: CareMemory, fact: f.DeadlineSet) -> None:
    """Something must follow."""
    care.deadlines = {**care.deadlines, fact.deadline.id: fact.deadline}


@on(f.DeadlineMet)
def deadline_met(care: CareMemory, fact: f.DeadlineMet) -> None:
    """It followed."""
    _close(care, fact.id)


@on(f.DeadlineCancelled)
def deadline_cancelled(care: CareMemory, fact: f.DeadlineCancelled) -> None:
    """It need not follow any more."""
    _close(care, fact.id)


@on(f.DeadlineFellDue)
def deadline_fell_due(care: CareMemory, fact: f.DeadlineFellDue) -> None:
    """It did not follow in time; it still has to."""
    care.fallen = (*care.fallen, fact.deadline.id)


def _close(care: CareMemory, id: str) -> None:  # noqa: A002
    care.deadlines = {key: each for key, each in care.deadlines.items() if key != id}
    care.fallen = tuple(each for each in care.fallen if each != id)


def remember(care: CareMemory, fact: f.CareFact) -> None:
    """Let *care* remember *fact*: the phase it led to, and what its kind adds."""
    if fact.meta.phase is not None:
        care.phase = type(care.phase)(fact.meta.phase)
    if fact.meta.actor_kind in ("person", "client"):
        care.last_contact_at = fact.timestamp
    handler = REMEMBER.get(type(fact))
    if handler is not None:
        handler(care, fact)
