"""What happened, in the words of a practice: each fact as one sentence and its details."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, tzinfo
from typing import Any, NamedTuple

from aggregates.client_care import facts as f
from aggregates.client_care.contents import Exercise, Limit
from aggregates.kernel.messages import Fact
from aggregates.letter import messages as letter
from aggregates.practice import facts as practice
from aggregates.protocol.verdict import Verdict


class Told(NamedTuple):
    """A fact in words. `rules` are the ids that decided; `why` is their reasoning."""

    what: str
    details: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


def tell(fact: Fact, zone: tzinfo = UTC) -> Told:
    """*fact* in words, times on the wall clock of *zone*; without words of its own, by its stored name."""
    teller = TELLERS.get(type(fact))
    return teller(fact, zone) if teller is not None else Told(title(fact.TOPIC))


def title(topic: str) -> str:
    """A stored name as people say it: all that is left to say of a fact whose key was destroyed."""
    return topic.partition(".")[2].replace("_", " ").capitalize()


SOURCES = {"client_said": "client said", "referrer_wrote": "referrer wrote", "coach_measured": "coach measured",
           "coach_observed": "coach observed", "record": "from the record", "derived": "worked out from these"}


def _decision(fact: f.DecisionMade, _zone: tzinfo) -> Told:
    verdict = fact.verdict
    again = " (made again after a correction)" if fact.again else ""
    return Told(f"Decision: {verdict.outcome.value}{again}", tuple(inputs_of(verdict)), verdict.rules,
                (f"asked: {verdict.question}",
                 *dict.fromkeys(f"{m.rule}: {m.does}" for m in verdict.matched), verdict.clinician))


def inputs_of(verdict: Verdict) -> Iterable[str]:
    """What the decision looked at, with its sources, and what was unknown."""
    by_source: dict[str, list[str]] = {}
    for each in verdict.inputs:
        unit = f" {each.unit}" if each.unit else ""
        by_source.setdefault(each.source, []).append(f"{each.name} {plain(each.value)}{unit}")
    for source, said in by_source.items():
        yield f"{SOURCES[source]}: {', '.join(said)}"
    if verdict.unknown:
        yield f"not known: {', '.join(verdict.unknown)}"


def _refusal(fact: Any, _zone: tzinfo) -> Told:
    details = []
    for each in fact.broken:
        seen = ", ".join(f"{key.replace('_', ' ')}: {plain(value)}" for key, value in each.seen.items())
        unlock = "; ".join(f"{u.what} ({u.supplier})" for u in each.unlock)
        details += [f"{each.rule} {each.name.replace('_', ' ')}: {each.sentence}"]
        details += [f"   saw {seen}"] if seen else []
        details += [f"   would unlock it: {unlock}"] if unlock else []
    command = "".join(f" {c.lower()}" if c.isupper() else c for c in fact.command).strip()
    return Told(f"Refused: {command}", tuple(details), tuple(each.rule for each in fact.broken))


def plain(value: Any) -> str:
    """A value as people write it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def _fields(content: Any, skip: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The fields of a content that say something."""
    said = []
    for name in content.__struct_fields__:
        value = getattr(content, name)
        if name not in skip and value not in (None, "", (), False):
            shown = _pressures(value) if name == "bp" else _value(value)
            said.append(f"{name.replace('_', ' ')}: {shown}")
    return tuple(said)


def _pressures(readings: Iterable[tuple[int, int]]) -> str:
    return ", ".join(f"{systolic}/{diastolic}" for systolic, diastolic in readings)


def _value(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_value, value))
    if isinstance(value, Limit):
        return value.words
    if isinstance(value, Exercise):
        return exercise(value)
    if hasattr(value, "__struct_fields__"):
        return " ".join(_value(getattr(value, name)) for name in value.__struct_fields__
                        if getattr(value, name) not in (None, "", (), False))
    if isinstance(value, dict):
        return ", ".join(f"{key} {_value(each)}" for key, each in value.items())
    return plain(value)


def exercise(each: Exercise) -> str:
    """An exercise with its dose."""
    parts = [each.name, each.kind]
    if each.sets and each.reps:
        parts.append(f"{each.sets} x {each.reps}")
    parts += [f"{each.load_kg:g} kg"] if each.load_kg is not None else []
    parts += [f"{each.minutes:g} min"] if each.minutes is not None else []
    parts += [f"{each.range_degrees[0]}-{each.range_degrees[1]} degrees"] if each.range_degrees else []
    return " ".join(parts)


def _when(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _grant(x: f.ClearanceGranted, _zone: tzinfo) -> Told:
    limits = tuple(f"condition: {limit.words}" for limit in x.limits)
    days = f"valid {_day(x.valid_from)} to {_day(x.valid_until)}"
    return Told(f"Clearance granted by {x.issuer} ({x.profession}), {days}", limits, (x.rule,))


def _day(day: date) -> str:
    return day.isoformat()


def _session(x: f.SessionRecorded, _zone: tzinfo) -> Told:
    session = x.session
    details = list(_fields(session, ("client_said", "coach_observed")))
    details += [f'client said: "{session.client_said}"'] if session.client_said else []
    details += [f"coach observed: {session.coach_observed}"] if session.coach_observed else []
    return Told("Session recorded", tuple(details))


def _amended(x: f.FactAmended, _zone: tzinfo) -> Told:
    return Told(f"Correction of version {x.of_version} ({title(x.of_name).lower()})",
                (f"fields: {', '.join(x.fields)}", f"reason: {x.reason}", "the original stays readable"))


TELLERS: dict[type[Fact], Callable[[Any, tzinfo], Told]] = {
    f.DecisionMade: _decision,
    f.CommandRefused: _refusal,
    letter.LetterCommandRefused: _refusal,
    practice.PracticeCommandRefused: _refusal,
    f.ClientRegistered: lambda x, _: Told(
        f"Client registered: {x.name}, born {_day(x.born)}",
        (f"referred by {x.referred_by.name}, {x.referred_by.profession}",
         f"diagnosis as given by the clinician: {x.diagnosis_as_given}", f"onset {_day(x.onset)}, {x.stage}")),
    f.ProtocolPinned: lambda x, _: Told(f"Protocol pinned: {x.title}", (
        f"pack {x.pack[:16]}", f"profile {x.profile}, clearance policy {x.clearance_policy}")),
    f.ReleaseGiven: lambda x, _: Told(f"Consent to release to {x.release.to}", (
        f"what: {x.release.what}", f"until {_day(x.release.until)}"), ("PRV-01",)),
    f.ReleaseWithdrawn: lambda x, _: Told(f"Consent to release to {x.to} withdrawn", (), ("PRV-01",)),
    f.ScreeningRecorded: lambda x, _: Told(
        f"Screening recorded ({x.screening.instrument}, version {x.screening.instrument_version})",
        _fields(x.screening, ("instrument", "instrument_version"))),
    f.ClearanceRequested: lambda x, _: Told(f"Clearance requested from {x.issuer}"),
    f.ClearanceReceived: lambda x, _: Told(
        f"Clearance received from {x.form.issuer}" + (f"; missing: {', '.join(x.missing)}" if x.missing else ""),
        _fields(x.form, ("issuer",)), (x.rule,)),
    f.ClearanceGranted: _grant,
    f.ClearanceDeclined: lambda x, _: Told(f"Clearance declined by {x.issuer}", (), (x.rule,)),
    f.ClearanceSuspended: lambda x, _: Told(f"Clearance suspended: {x.because}", (), (x.rule,)),
    f.ClearanceLapsed: lambda x, _: Told(f"Clearance ended: its last day was {_day(x.valid_until)}", (), (x.rule,)),
    f.ClearanceExpiryWarned: lambda x, _: Told(
        f"Warning: the clearance ends on {_day(x.valid_until)} ({x.days} days or less)", (), (x.rule,)),
    f.MeasuresRecorded: lambda x, _: Told("Outcome measures recorded", tuple(
        f"{name}: {score:g}" + (f" ({x.labels[name]})" if name in x.labels else "")
        for name, score in x.scores.items())),
    f.ProgramDesigned: lambda x, _: Told("Programme set", tuple(map(exercise, x.exercises)), (x.rule,)),
    f.ProgramChanged: lambda x, _: Told("Programme changed", tuple(map(exercise, x.exercises)), (x.rule,)),
    f.SessionStarted: lambda x, _: Told("Session about to start", _fields(x.readings)),
    f.SessionRecorded: _session,
    f.MorningAnswered: lambda x, _: Told("Next-morning answer", _fields(x.morning)),
    f.FollowUpAnswered: lambda x, _: Told("Follow-up answer", _fields(x.follow_up)),
    f.AdverseResponseReported: lambda x, _: Told("Adverse response", _fields(x.response)),
    f.RedFlagsReported: lambda x, _: Told("Red flags reported", tuple(map(_value, x.red_flags))),
    f.HealthChangeReported: lambda x, _: Told(f"Change of health: {x.what}"),
    f.ExacerbationOpened: lambda x, _: Told(
        f"Training paused: {x.because}", tuple(filter(None, (x.words,))), (x.rule,)),
    f.ReferralSourceContacted: lambda x, _: Told(
        f"Spoke with {x.spoke_with} ({x.means})", (f"agreed: {x.agreed}",)),
    f.ReferralSourceAnswered: lambda x, _: Told(
        f"{x.source} answered: {x.answer}", tuple(f"new limit: {limit.words}" for limit in x.new_limits)),
    f.TrainingResumed: lambda x, z: Told(
        f"Training resumed at {x.volume_percent} percent of the last tolerated volume",
        (f"released by {x.released_by}", f"usual pain since {_when(x.usual_since, z)}"), (x.rule,)),
    f.ReferredBack: lambda x, _: Told(f"Referred back: {x.reason}", (), (x.rule,)),
    f.StatementRecorded: lambda x, _: Told(f'{x.source.replace("_", " ").capitalize()}: "{x.words}"'),
    f.ContradictionOpened: lambda x, _: Told(f"Contradiction: {x.against}", (
        f"statement: version {x.statement}", "open until a named person settles it"), (x.rule,)),
    f.ContradictionResolved: lambda x, _: Told(f"Contradiction settled: the {x.stands} stands", (x.reason,)),
    f.FactAmended: _amended,
    f.MovedToMaintenance: lambda x, _: Told(f"Moved to functional maintenance: {x.reason}", (), (x.rule,)),
    f.ClientDischarged: lambda x, _: Told(f"Discharged: {x.reason}", tuple(filter(None, (x.words,))), (x.rule,)),
    f.ClientReadmitted: lambda x, _: Told(f"Readmitted: {x.reason}", (), (x.rule,)),
    f.HoldPlaced: lambda x, _: Told(f"Retention hold placed: {x.reason}"),
    f.HoldLifted: lambda x, _: Told(f"Retention hold lifted: {x.reason}"),
    f.LetterNoted: lambda x, _: Told(f"Letter sent: {x.kind}", (x.letter,)),
    f.DeadlineSet: lambda x, z: Told(
        f"Due: {x.deadline.what}, by {_when(x.deadline.due_at, z)}", (f"owed by the {x.deadline.owner}",),
        (x.deadline.rule,)),
    f.DeadlineMet: lambda x, _: Told(f"Done: {x.id}"),
    f.DeadlineCancelled: lambda x, _: Told(f"No longer due: {x.id}", (x.because,)),
    f.DeadlineFellDue: lambda x, z: Told(
        f"Overdue: {x.deadline.what}, was due by {_when(x.deadline.due_at, z)}", (f"owed by the {x.deadline.owner}",),
        (x.deadline.rule,)),
    f.ConsentWithdrawn: lambda x, _: Told("The client left by their own wish", tuple(filter(None, (x.words,)))),
    f.ClientErased: lambda x, _: Told("Erased: the client's key was destroyed", (f"basis: {x.basis}",), ("PRV-05",)),
    letter.LetterDrafted: lambda x, _: Told(f"Drafted: {x.kind} to {x.to}", x.lines),
    letter.LetterSigned: lambda x, _: Told("Letter signed", x.lines),
    letter.LetterSent: lambda x, _: Told(f"Letter sent to {x.to} by {x.means}"),
    practice.ErasureDecided: lambda x, _: Told(
        f"Erasure of {x.client} decided: {x.basis}", (x.reason,), ("PRV-05", "PRV-06", "PRV-07")),
    practice.ErasureCertified: lambda x, _: Told(f"Erasure of {x.client} certified", x.checked, ("PRV-05",)),
}
