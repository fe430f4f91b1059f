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
        open_one = care.deadlines.get(_id(entry))
        if open_one is not None and open_one.due_at <= due and starts != "clearance_requested":
            continue
        yield Deadline(id=_id(entry), rule=entry.id, what=entry.what, owner=entry.owner, due_at=due)


def _id(entry: Entry) -> str:
    return f"{entry.id}/{entry.case}" if entry.case else entry.id


def _due(entry: Entry, context: CareContext) -> datetime:
    house, begin = context.house, context.occurred_at
    if entry.end_of_day:
        return house.end_of_day(begin)
    if entry.hours is not None:
        return begin + timedelta(hours=entry.hours)
    if entry.days is not None:
        return house.days_later(begin, entry.days)
    return house.working_days_later(begin, entry.working_days or 0)


def met_by(care: CareMemory, *rules: str) -> tuple[str, ...]:
    """The ids of open deadlines that something just did what they ask for; a rule may name its case (`DL-06/phone`)."""
    return tuple(key for key, each in care.deadlines.items() if key in rules or each.rule in rules)


def of_the_pause(care: CareMemory) -> tuple[str, ...]:
    """Chases and follow-ups that a referral back makes pointless; the contact and the letter stay owed."""
    return met_by(care, "DL-07", "DL-08")


def next_follow_up(care: CareMemory) -> tuple[str, ...]:
    """The follow-up with the client that is due first."""
    due = [each for each in care.deadlines.values() if each.rule == "DL-08"]
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
