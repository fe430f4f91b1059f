"""What happened, in the words of a practice: each fact as one sentence and its details."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, tzinfo
from typing import Any

from aggregates.client_care import facts as f
from aggregates.kernel.messages import Fact
from projections.deadline_names import name_by_id, name_of
from projections.filled import exercise, fields, label, said
from projections.releases import NOT_SIGNED
from projections.told import Around, Told
from projections.told_decisions import decision, refusal
from projections.told_elsewhere import ELSEWHERE
from projections.volumes import UNTIL, allowed
from projections.words import quoted, when

ABOVE = re.compile(r"^(?P<rule>\S+) (?:in the decision above|fired in the decision on version (?P<of>\d+))$")
OUTCOMES = ("EMERGENCY", "REFER_SAME_DAY")
REASONS = {"reported": "a worsening was reported"}
SPEAKERS = {"client_said": "The client said", "referrer_wrote": "The referral source wrote",
            "coach_observed": "The coach observed"}


def tell(fact: Fact, zone: tzinfo = UTC, around: Around | None = None) -> Told:
    """*fact* in words, times on the wall clock of *zone*; without words of its own, by its stored name."""
    teller = TELLERS.get(type(fact))
    return teller(fact, around or Around(zone)) if teller is not None else Told(title(fact.TOPIC))


def title(topic: str) -> str:
    """A stored name as people say it: all that is left to say of a fact whose key was destroyed."""
    return topic.partition(".")[2].replace("_", " ").capitalize()


def because(words: str, around: Around) -> str:
    """A stored reason; where it points at a decision, the decision by its version."""
    if words in OUTCOMES and around.decision is not None:
        return f"the decision in v{around.decision} is {words}"
    pointed = ABOVE.match(words)
    if pointed is None:
        return REASONS.get(words, words)
    version = around.decisions.get(int(pointed["of"])) if pointed["of"] else around.decision
    return f"{pointed['rule']} fired in the decision in v{version}" if version else words


def _registered(x: f.ClientRegistered, _: Around) -> Told:
    more = (f"conditions on record: {', '.join(x.conditions).replace('_', ' ')}",) if x.conditions else ()
    return Told(f"Client registered: {x.name}, born {x.born}", (
        f"referred by {x.referred_by.name}, {x.referred_by.profession}",
        f"diagnosis as given by the clinician: {x.diagnosis_as_given}", f"onset {x.onset}, {x.stage}", *more))


def _released(x: f.ReleaseGiven, _: Around) -> Told:
    signed = (f"signed on {x.release.signed_on}",) if x.release.signed_on is not None else ()
    return Told(f"Consent to release to {x.release.to}{'' if signed else f', {NOT_SIGNED}'}", (
        f"what: {x.release.what}", f"until {x.release.until}", *signed), ("PRV-01",))


def _received(x: f.ClearanceReceived, _: Around) -> Told:
    missing = f"; incomplete, it lacks: {', '.join(x.missing)}" if x.missing else ""
    return Told(f"Clearance form received from {x.form.issuer}{missing}", fields(x.form, ("issuer",)), (x.rule,))


def _granted(x: f.ClearanceGranted, _: Around) -> Told:
    limits = tuple(f"condition: {limit.words}" for limit in x.limits)
    return Told(f"Clearance granted by {x.issuer} ({x.profession}), valid {x.valid_from} to {x.valid_until}",
                limits, (x.rule,))


def _measures(x: f.MeasuresRecorded, _: Around) -> Told:
    usual = (f"usual pain: {x.usual_pain}",) if x.usual_pain is not None else ()
    return Told("Outcome measures recorded", (*usual, *(
        f"{name.replace('_', ' ')}: {score:g}" + (f" ({x.labels[name]})" if name in x.labels else "")
        for name, score in x.scores.items())))


def _session(x: f.SessionRecorded, _: Around) -> Told:
    session = x.session
    details = list(fields(session, ("client_said", "coach_observed")))
    details += [f"the client said: {quoted(session.client_said)}"] if session.client_said else []
    details += [f"the coach observed: {session.coach_observed}"] if session.coach_observed else []
    return Told("Session recorded", tuple(details))


def _amended(x: f.FactAmended, _: Around) -> Told:
    inner = next((each for each in x.content.values() if isinstance(each, dict)), {})
    now = {**x.content, **inner}
    changes = (f"{label(name)[0]} is now {said(now[name]) if name in now else 'empty'}" for name in x.fields)
    return Told(f"Correction of v{x.of_version} ({title(x.of_name).lower()})",
                (*changes, f"reason: {x.reason}", "the original stays readable"))


def _deadline_set(x: f.DeadlineSet, around: Around) -> Told:
    return Told(f"Due by {when(x.deadline.due_at, around.zone)}: {name_of(x.deadline, around.deadlines)}, "
                f"owed by the {x.deadline.owner}", (), (x.deadline.rule,))


def _fell_due(x: f.DeadlineFellDue, around: Around) -> Told:
    return Told(f"Overdue: {name_of(x.deadline, around.deadlines)}, owed by the {x.deadline.owner}", (),
                (x.deadline.rule,))


def _met(x: f.DeadlineMet, around: Around) -> Told:
    return Told(f"Done: {name_by_id(x.id, around.deadlines)}", (), (x.id.partition("/")[0],))


def _cancelled(x: f.DeadlineCancelled, around: Around) -> Told:
    return Told(f"No longer needed: {name_by_id(x.id, around.deadlines)}, because {_reason(x.because)}", (),
                (x.id.partition("/")[0],))


def _reason(words: str) -> str:
    return "the client was referred back" if words == "referred back" else words


def _resumed(x: f.TrainingResumed, around: Around) -> Told:
    return Told(f"Training resumed at {x.volume_percent} percent of the last tolerated volume",
                (f"released by {x.released_by}", f"usual pain since {when(x.usual_since, around.zone)}", *(
                    f"allowed {UNTIL}: {each}" for each in allowed(x.volume_percent, x.tolerated))), (x.rule,))


def _answered(x: f.ReferralSourceAnswered, _: Around) -> Told:
    words = (f"in their words: {quoted(x.words)}",) if x.words else ()
    return Told(f"{x.source} answered: {x.answer}", (*(f"new limit: {each.words}" for each in x.new_limits), *words))


def _morning(x: f.MorningAnswered, _: Around) -> Told:
    after = f" after the session in v{x.of_version}" if x.of_version else ""
    return Told(f"Next-morning answer{after}", fields(x.morning))


def _red_flags(x: f.RedFlagsReported, _: Around) -> Told:
    return Told("Red flags reported", tuple(map(said, x.red_flags)))


def _designed(x: f.ProgramDesigned, _: Around) -> Told:
    raised = (f"raised by one step: {', '.join(x.raised)}",) if x.raised else ()
    return Told("Programme set", (*map(exercise, x.exercises), *raised), (x.rule, *(["PRG-01"] if x.raised else [])))


def _words(*words: str) -> tuple[str, ...]:
    return tuple(quoted(each) for each in words if each)


TELLERS: dict[type[Fact], Callable[[Any, Around], Told]] = {
    **ELSEWHERE,
    f.DecisionMade: decision,
    f.CommandRefused: refusal,
    f.ClientRegistered: _registered,
    f.ProtocolPinned: lambda x, _: Told(f"Protocol pinned: {x.title}", (
        f"pack {x.pack[:16]}", f"profile {x.profile}, clearance policy {x.clearance_policy}")),
    f.ReleaseGiven: _released,
    f.ReleaseWithdrawn: lambda x, _: Told(f"Consent to release to {x.to} withdrawn", (), ("PRV-01",)),
    f.ScreeningRecorded: lambda x, _: Told(
        f"Screening recorded ({x.screening.instrument}, version {x.screening.instrument_version})",
        fields(x.screening, ("instrument", "instrument_version"))),
    f.ClearanceRequested: lambda x, _: Told(f"Clearance requested from {x.issuer}"),
    f.ClearanceReceived: _received,
    f.ClearanceGranted: _granted,
    f.ClearanceDeclined: lambda x, _: Told(f"Clearance declined by {x.issuer}", (), (x.rule,)),
    f.ClearanceSuspended: lambda x, a: Told(f"Clearance suspended: {because(x.because, a)}", (), (x.rule,)),
    f.ClearanceLapsed: lambda x, _: Told(f"Clearance ended: its last day was {x.valid_until}", (), (x.rule,)),
    f.ClearanceExpiryWarned: lambda x, _: Told(
        f"Warning: the clearance ends on {x.valid_until} ({x.days} days or less)", (), (x.rule,)),
    f.MeasuresRecorded: _measures,
    f.ProgramDesigned: _designed,
    f.ProgramChanged: lambda x, _: Told("Programme changed", (
        *map(said, x.changes), *(f"now: {exercise(each)}" for each in x.exercises)), (x.rule,)),
    f.SessionStarted: lambda x, _: Told("Readings before a session", fields(x.readings)),
    f.SessionRecorded: _session,
    f.MorningAnswered: _morning,
    f.FollowUpAnswered: lambda x, _: Told("Follow-up answer", fields(x.follow_up)),
    f.AdverseResponseReported: lambda x, _: Told(f"Adverse response, grade {x.response.grade}", _words(
        x.response.words)),
    f.RedFlagsReported: _red_flags,
    f.HealthChangeReported: lambda x, _: Told(f"Change of health: {x.what}"),
    f.ExacerbationOpened: lambda x, a: Told(f"Training paused: {because(x.because, a)}", _words(x.words), (x.rule,)),
    f.ReferralSourceContacted: lambda x, _: Told(
        f"Spoke with {x.spoke_with} ({x.means})", (f"agreed: {x.agreed}",)),
    f.ReferralSourceAnswered: _answered,
    f.TrainingResumed: _resumed,
    f.ReferredBack: lambda x, a: Told(f"Referred back: {because(x.reason, a)}", (), (x.rule,)),
    f.StatementRecorded: lambda x, _: Told(
        f"{SPEAKERS.get(x.source, x.source)}: {quoted(x.words)}",
        (f"about: {x.about}{f', {x.activity}' if x.activity else ''}",)),
    f.ContradictionOpened: lambda x, _: Told(f"Contradiction: {x.against}", (
        f"the statement is v{x.statement}", "open until a named person settles it"), (x.rule,)),
    f.ContradictionResolved: lambda x, _: Told(
        f"Contradiction of v{x.statement} settled: the {x.stands} stands", (f"reason: {x.reason}",)),
    f.FactAmended: _amended,
    f.MovedToMaintenance: lambda x, _: Told(f"Moved to functional maintenance: {x.reason}", (), (x.rule,)),
    f.ClientDischarged: lambda x, _: Told(f"Discharged: {x.reason}", _words(x.words), (x.rule,)),
    f.ClientReadmitted: lambda x, _: Told(f"Readmitted: {x.reason}", (), (x.rule,)),
    f.HoldPlaced: lambda x, _: Told(f"Retention hold placed: {x.reason}", (), ("PRV-07",)),
    f.HoldLifted: lambda x, _: Told(f"Retention hold lifted: {x.reason}", (), ("PRV-07",)),
    f.LetterNoted: lambda x, _: Told(f"Letter sent: {x.kind}, {x.letter}", (), ("PRV-02",)),
    f.DeadlineSet: _deadline_set,
    f.DeadlineMet: _met,
    f.DeadlineCancelled: _cancelled,
    f.DeadlineFellDue: _fell_due,
    f.ConsentWithdrawn: lambda x, _: Told("The client left by their own wish", _words(x.words)),
    f.ClientErased: lambda x, _: Told("Erased: the client's key was destroyed", (f"basis: {x.basis}",), ("PRV-05",)),
}
