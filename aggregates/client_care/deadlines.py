"""What must follow, by when: deadlines of the protocol pack in the practice's own calendar, and how they are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from aggregates.client_care import facts as f
from aggregates.client_care.contents import Deadline
from aggregates.client_care.context import CareContext
from aggregates.client_care.memory import CareMemory
from aggregates.protocol.entries import Deadline as Entry

ENDED_BY_RESUMING = ("DL-06/phone", "DL-07", "DL-08")
PAUSE_LETTER = "DL-06/letter"
OUTLIVE_CARE = ("DL-01", "DL-05", "DL-10", "RF-R1")
CLOSED_BY_LETTER = {
    "introductory letter": ("DL-01",),
    "assessment summary": ("DL-02",),
    "progress report": ("DL-04",),
    "change in status letter": ("DL-06/letter", "RF-R1"),
    "referral back letter": ("DL-05/letter", "DL-06/letter", "RF-R1"),
    "discharge summary": ("DL-10",),
}


def starting(starts: str, care: CareMemory, context: CareContext) -> Iterator[Deadline]:
    """Every deadline that begins to run with *starts*. One that is open already is never put off.

    A new request for clearance is the exception: its chases begin anew.
    """
    for entry in context.pack.deadlines_from(starts):
        due = _due(entry, context)
        if starts == "baseline_recorded" and entry.id == "OUT-02":  # due with the progress report that it feeds
            reports = [each.due_at for each in care.deadlines.values() if each.rule == "DL-04"]
            due = min([due, *(each for each in reports if each > context.occurred_at)])
        key = _own_letter(care, _id(entry))
        open_one = care.deadlines.get(key)
        if open_one is not None and open_one.due_at <= due and starts != "clearance_requested":
            continue
        yield Deadline(id=key, rule=entry.id, what=entry.what, owner=entry.owner, due_at=due,
                       started_at=context.occurred_at)


def _id(entry: Entry) -> str:
    return f"{entry.id}/{entry.case}" if entry.case else entry.id


def _own_letter(care: CareMemory, key: str) -> str:
    """Each pause owes a letter of its own, also while the letter of the pause before is still owed."""
    owed = [each for each in care.deadlines if each.startswith(PAUSE_LETTER)]
    if key != PAUSE_LETTER or not owed:
        return key
    newest = max(owed, key=_number_of)
    began = care.deadlines[newest].started_at
    if began is None or care.paused_at is None or began >= care.paused_at:
        return newest
    return f"{PAUSE_LETTER}/{_number_of(newest) + 1}"


def _number_of(letter: str) -> int:
    """Which of the letters that several pauses owe; the first has no number in its id."""
    return int(letter.removeprefix(PAUSE_LETTER).strip("/") or 1)


def _due(entry: Entry, context: CareContext) -> datetime:
    house, begin = context.house, context.occurred_at
    if entry.end_of_day:
        return house.end_of_day(begin)
    if entry.hours is not None:
        return begin + timedelta(hours=entry.hours)
    if entry.days is not None:
        return house.days_later(begin, entry.days)
    return house.working_days_later(begin, entry.working_days or 0)


def of_rules(care: CareMemory, *rules: str) -> tuple[str, ...]:
    """The ids of open deadlines of these rules; a rule may name its case (`DL-06/phone`)."""
    return tuple(key for key, each in care.deadlines.items() if key in rules or each.rule in rules)


def met_by(care: CareMemory, at: datetime, *rules: str) -> tuple[str, ...]:
    """Those that what happened *at* that moment meets: nothing meets a deadline before it began to run."""
    return tuple(key for key in of_rules(care, *rules) if _had_begun(care.deadlines[key], at))


def met_by_letter(care: CareMemory, at: datetime, kind: str) -> tuple[str, ...]:
    """Those that a letter of this kind meets; of the letters that several pauses owe, it is the oldest one."""
    rules = CLOSED_BY_LETTER.get(kind, ())
    met, of_pauses = met_by(care, at, *rules), [
        key for key, each in care.deadlines.items() if key.startswith(PAUSE_LETTER) and _had_begun(each, at)]
    if PAUSE_LETTER not in rules or not of_pauses:
        return met
    oldest = min(of_pauses, key=lambda key: (care.deadlines[key].due_at, key))
    return (*(key for key in met if not key.startswith(PAUSE_LETTER)), oldest)


def _had_begun(deadline: Deadline, at: datetime) -> bool:
    return deadline.started_at is None or deadline.started_at <= at


def of_the_pause(care: CareMemory) -> tuple[str, ...]:
    """Chases and follow-ups that a referral back makes pointless; the contact and the letter stay owed."""
    return of_rules(care, "DL-07", "DL-08")


def next_follow_up(care: CareMemory, at: datetime) -> tuple[str, ...]:
    """The follow-up with the client that is due first, of those that had begun *at* that moment."""
    due = [care.deadlines[key] for key in met_by(care, at, "DL-08")]
    return (min(due, key=lambda each: each.due_at).id,) if due else ()


def fallen_due(care: CareMemory, now: datetime) -> tuple[Deadline, ...]:
    """Open deadlines that passed and were not found yet, the oldest first."""
    late = (each for each in care.deadlines.values() if each.due_at < now and each.id not in care.fallen)
    return tuple(sorted(late, key=lambda each: (each.due_at, each.id)))


def ended_with_care(care: CareMemory) -> tuple[str, ...]:
    """Deadlines that discharge makes pointless; letters that are owed stay owed."""
    return tuple(key for key, each in care.deadlines.items() if each.rule not in OUTLIVE_CARE)


def deadline_set(care: CareMemory, fact: f.DeadlineSet) -> None:
    """Something must follow; set anew, it can fall due anew."""
    care.fallen = tuple(each for each in care.fallen if each != fact.deadline.id)
    care.deadlines = {**care.deadlines, fact.deadline.id: fact.deadline}


def deadline_met(care: CareMemory, fact: f.DeadlineMet) -> None:
    """It followed."""
    _close(care, fact.id)


def deadline_cancelled(care: CareMemory, fact: f.DeadlineCancelled) -> None:
    """It need not follow any more."""
    _close(care, fact.id)


def deadline_fell_due(care: CareMemory, fact: f.DeadlineFellDue) -> None:
    """It did not follow in time; it still has to."""
    care.fallen = (*care.fallen, fact.deadline.id)


def _close(care: CareMemory, id: str) -> None:  # noqa: A002
    care.deadlines = {key: each for key, each in care.deadlines.items() if key != id}
    care.fallen = tuple(each for each in care.fallen if each != id)


REMEMBER_DEADLINE: dict[type[f.CareFact], Callable[[CareMemory, Any], None]] = {
    f.DeadlineSet: deadline_set, f.DeadlineMet: deadline_met, f.DeadlineCancelled: deadline_cancelled,
    f.DeadlineFellDue: deadline_fell_due,
}
