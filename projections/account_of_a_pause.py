"""What a change in status letter says: the record's account of one pause, in the practice's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from aggregates.client_care import facts as f
from aggregates.client_care.contents import Exercise
from aggregates.client_care.phases import IN_TRAINING, Phase
from aggregates.kernel.house import House
from aggregates.kernel.messages import Fact
from aggregates.letter.from_record import Account
from projections.around_a_pause import Pause, as_corrected

ASKS = "Please tell us whether and under which limits training may go on, or whether it has to wait."
SINCE = {
    Phase.REFERRAL_BACK: "The client was referred back on {day}{why}, and there is no training.",
    Phase.MEDICAL_CLEARANCE: "Since {day} training waits for a clearance.",
    Phase.SCREENING: "Since {day} the client is being screened again, and there is no training.",
    Phase.DISCHARGED: "Care ended on {day}.",
    Phase.EXACERBATION_PAUSE: "It has been paused again since {day}.",
    **dict.fromkeys(IN_TRAINING, "It has resumed on {day}."),
}
REASONS: dict[type[Fact], str] = {
    f.SessionRecorded: "the session of {day}", f.MorningAnswered: "how the client was on the morning of {day}",
    f.FollowUpAnswered: "how the client was on {day}", f.ScreeningRecorded: "the screening of {day}",
    f.RedFlagsReported: "red flags that were reported on {day}",
    f.HealthChangeReported: "a change of health that was reported on {day}",
}


def account_of(facts: Sequence[Fact], version: int, house: House) -> Account | None:
    """What the record says now of the pause that the fact of this *version* opened; None if it opened none.

    Sessions from after the pause began do not change it. Its mornings, corrections, and where the client stands now do.
    """
    record = as_corrected(facts)
    opened = next((fact for fact in record if fact.originator_version == version), None)
    if not isinstance(opened, f.ExacerbationOpened):
        return None
    return Account(to=_addressee(record, version), lines=tuple(_lines(record, Pause(record, opened, house), house)))


def _addressee(record: Sequence[Fact], version: int) -> str:
    """Whoever gave the newest clearance before the pause, else whoever referred the client."""
    to = ""
    for fact in record:
        match fact:
            case f.ClientRegistered():
                to = fact.referred_by.name
            case f.ClearanceGranted() if fact.originator_version < version:
                to = fact.issuer
    return to


def _lines(record: Sequence[Fact], pause: Pause, house: House) -> Iterator[str]:
    yield _standing(pause, house)
    if pause.goes_on or pause.phase_now()[0] is Phase.REFERRAL_BACK:
        yield ASKS
    yield from (f"Client: {fact.name}, born {fact.born}." for fact in record if isinstance(fact, f.ClientRegistered))
    yield from _reason(pause, house)
    yield from _session(pause, house)
    if pause.opened.words:
        yield f"Client's words on the change: {quoted(pause.opened.words)}."
    yield from _worse_again(pause, house)


def _standing(pause: Pause, house: House) -> str:
    """Where training stands now, in the first line."""
    began, (phase, since), emergency = house.today(pause.since), pause.phase_now(), pause.emergency_since()
    said = f"Training has been paused since {began}."
    if not pause.goes_on:
        why = f" because of {pause.repeated()}" if pause.repeated() else ""
        said = f"Training was paused on {began}. {SINCE[phase].format(day=house.today(since), why=why)}"
    if emergency is not None and (pause.goes_on or phase is Phase.REFERRAL_BACK):
        said += f" On {house.today(emergency)} signs of an emergency were reported."
    return said


def _reason(pause: Pause, house: House) -> Iterator[str]:
    on = pause.decided_on
    day = house.today(on.occurred_at) if on is not None else None
    if on is None and pause.opened.because == "reported":
        yield "Reason: the client reported a worsening."
    elif isinstance(on, f.AdverseResponseReported):
        said = f": {quoted(on.response.words)}" if on.response.words else ""
        yield f"Reason: an adverse response of grade {on.response.grade} on {day}{said}."
    elif on is not None and type(on) in REASONS:
        corrected = f", as corrected on {house.today(pause.opened.occurred_at)}" if pause.by_correction else ""
        yield f"Reason: {REASONS[type(on)].format(day=day)}{corrected}."


def _worse_again(pause: Pause, house: House) -> Iterator[str]:
    """Further reports within the pause; the morning after the session is told with the session."""
    told = list(pause.mornings())
    for fact in pause.worse_again:
        on, day = pause.decision_of(fact), house.today(fact.occurred_at)
        if isinstance(on, f.MorningAnswered) and on not in told:
            words = f", {quoted(on.morning.words)}" if on.morning.words else ""
            yield f"Worse again on the morning of {day}: pain {on.morning.pain}{words}."
        elif not isinstance(on, f.MorningAnswered):
            yield f"Worse again on {day}{f': {quoted(fact.words)}' if fact.words else ''}."


def _session(pause: Pause, house: House) -> Iterator[str]:
    """The session as the record has it, sentence by sentence."""
    if pause.session is None:
        return
    session, mornings = pause.session.session, list(pause.mornings())
    done = f": {session.done}" if session.done else ""
    yield f"Session of {house.today(pause.session.occurred_at)}{done}."
    numbers = ((session.pain_before, "before"), (session.pain_worst, "at worst"), (session.pain_after, "after"),
               (session.pain_ten_minutes_later, "ten minutes later"),
               *((each.morning.pain, _on_the_morning(pause, each.occurred_at, house)) for each in mornings))
    said = [f"{number} {when}" for number, when in numbers if number is not None]
    if said:
        yield f"Pain on a scale of 0 to 10: {', '.join(said)}."
    if session.exercise is not None:
        known = {**pause.planned(), **{each.name: each for each in session.performed}}
        yield f"Exercise: {session.exercise}{dose(known.get(session.exercise))}."
    if session.client_said:
        yield f"Client's words: {quoted(session.client_said)}."
    for each in mornings:
        if each.morning.words:
            yield f"Client's words {_on_the_morning(pause, each.occurred_at, house)}: {quoted(each.morning.words)}."
    if session.coach_observed:
        yield f"Observed: {' '.join(session.coach_observed.split()).removesuffix('.')}."


def _on_the_morning(pause: Pause, at: datetime, house: House) -> str:
    return "the next morning" if pause.is_next_day(at) else f"on the morning of {house.today(at)}"


def dose(exercise: Exercise | None) -> str:
    """The dose of an exercise in words, with a blank before it."""
    if exercise is None:
        return ""
    volume = f" {exercise.sets} x {exercise.reps}" if exercise.sets and exercise.reps else ""
    load = f" at {exercise.load_kg:g} kg" if exercise.load_kg is not None else ""
    time = f" for {exercise.minutes:g} minutes" if exercise.minutes is not None else ""
    return volume + load + time


def quoted(words: str) -> str:
    """Somebody's words in quotation marks that close where the words end, so that nobody takes the rest for theirs."""
    return '"' + " ".join(words.replace('"', "'").split()) + '"'
