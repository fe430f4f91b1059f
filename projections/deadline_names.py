"""What a deadline is called: what has to follow, and after what."""

from __future__ import annotations

from aggregates.client_care.contents import Deadline
from aggregates.protocol.entries import Deadline as Entry
from aggregates.protocol.model import Pack
from projections.words import counted

WHAT = {
    "phone contact": "call to the referral source", "letter": "referral back letter",
    "first chase": "first reminder to the referral source", "second chase": "second reminder to the referral source",
    "third chase": "third reminder to the referral source", "close the request": "closing of the unanswered request",
}
STARTS = {
    "client_registered": "registration", "baseline_recorded": "the first measures",
    "progress_reported": "the last progress report", "emergency_or_same_day": "the referral back",
    "paused": "the pause began", "followed_up_weekly": "the last follow-up", "clearance_requested": "the request",
    "discharged": "the discharge", "retest_recorded": "the last re-test", "letter_within_a_week": "the soft flag",
}


def deadline_names(pack: Pack | None) -> dict[str, str]:
    """The name of every deadline of *pack* by the id under which it is stored."""
    entries = pack.deadlines if pack is not None else ()
    return {f"{each.id}/{each.case}" if each.case else each.id: f"{_what(each.what)} ({_length(each)})"
            for each in entries}


def name_of(deadline: Deadline, names: dict[str, str]) -> str:
    """The name of a deadline that is at hand."""
    return names.get(_without_number(deadline.id), _what(deadline.what))


def name_by_id(key: str, names: dict[str, str]) -> str:
    """The name of a deadline of which only the id is at hand."""
    return names.get(_without_number(key), key)


def _without_number(key: str) -> str:
    """The id without the number that tells the letters of several pauses apart."""
    return "/".join(key.split("/")[:2])


def _what(what: str) -> str:
    return WHAT.get(what, what)


def _length(entry: Entry) -> str:
    start = STARTS.get(entry.starts, entry.starts.replace("_", " "))
    if entry.end_of_day:
        return f"on the day of {start}"
    if entry.hours is not None:
        return f"{counted(entry.hours, 'hour')} after {start}"
    if entry.days is not None:
        return f"{counted(entry.days, 'day')} after {start}"
    return f"{counted(entry.working_days or 0, 'working day')} after {start}"
