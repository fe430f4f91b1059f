"""What the drivers ask for: a practice, clients brought into training, then an ordinary mix of days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any, NamedTuple
from uuid import UUID, uuid4

PRACTICE = "harbour"
ANSWERS = {f"SCR-{n:02}": "yes" if n == 13 else "no" for n in (1, 2, 3, 4, 5, 7, 8, 9, 10, 13, 14, 15)}
EXERCISES = [
    {"name": "cable row", "kind": "SEMI_GLOBAL", "sets": 3, "reps": 15, "load_kg": 15, "regions": ["shoulder"]},
    {"name": "rotation", "kind": "LOCAL", "sets": 3, "reps": 15, "load_kg": 2, "regions": ["shoulder"]},
]
SESSION = {"bp": [[126, 78], [124, 78]], "heart_rate": 66, "pain_before": 2, "pain_worst": 3, "pain_after": 2,
           "done": "as planned", "signed": True, "effort": {"value": 12, "scale": "borg_6_20"}}


class Errand(NamedTuple):
    """One command as plain data, so that a diary can hold it and another process can ask it again."""

    command_id: str
    stream: str
    command: str
    fields: dict[str, Any]
    by: str

    @classmethod
    def anew(cls, stream: str, command: str, fields: dict[str, Any], by: str = "anna", *,
             command_id: UUID | None = None) -> Errand:
        return cls((command_id or uuid4()).hex, stream, command, fields, by)

    @classmethod
    def again(cls, entry: dict[str, Any]) -> Errand:
        """The errand of a diary's `invoke` line."""
        return cls(*(entry[name] for name in cls._fields))


def founding() -> Iterator[Errand]:
    """A practice with an owner and a coach."""
    stream = f"practice:{PRACTICE}"
    yield Errand.anew(stream, "found_practice", {"name": "Harbour Training", "timezone": "Europe/Oslo",
                                                 "owner": "olivia", "owner_name": "Olivia Berg"}, "olivia")
    yield Errand.anew(stream, "add_person", {"person": "anna", "name": "Anna Reed", "role": "coach"}, "olivia")


def into_training(client: str) -> Iterator[Errand]:
    """A client from the first day to a programme."""
    today = date.today().isoformat()  # noqa: DTZ011
    stream = f"care:{client}"
    yield Errand.anew(stream, "register_client", {
        "name": "A client", "born": "1970-01-01", "onset": "2024-05-01", "stage": "chronic",
        "referred_by": {"name": "S. Berg", "profession": "physical therapist"},
        "diagnosis_as_given": "as on the referral"})
    yield Errand.anew(stream, "record_screening", {"answers": ANSWERS, "medicines": [], "red_flags": []})
    yield Errand.anew(stream, "record_clearance", {
        "issuer": "S. Berg", "profession": "physical therapist", "dated": today, "signed": True,
        "diagnosis": "as on the referral", "decision": "full", "restrictions": "none"})
    yield Errand.anew(stream, "record_measures", {"scores": {"NPRS": 2}, "usual_pain": 2})
    yield Errand.anew(stream, "design_program", {"template": "DOS-LO", "exercises": EXERCISES})


def ordinary(client: str, chance: Random) -> Errand:
    """Something that happens on an ordinary day, now and then with pain that leads to a pause and a letter."""
    stream, kind = f"care:{client}", chance.random()
    if kind < 0.45:
        return Errand.anew(stream, "record_session", SESSION)
    if kind < 0.75:
        return Errand.anew(stream, "record_statement", {"source": "client_said", "words": "slept well"})
    if kind < 0.97:
        return Errand.anew(stream, "record_morning", {"pain": 2, "usual": True})
    return Errand.anew(stream, "record_morning", {"pain": 6, "usual": False, "affects_daily_life": True})
