"""What a history expects and only a virtual clock brings about: on a real log it is not compared, and that is said."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from aggregates.client_care.rules.training import it_is_asked_on_its_day
from workflow.engine.expected import Expect
from workflow.engine.requests import Answer

HOLDS = "not compared here, it holds on the virtual clock only"


class Comparable(NamedTuple):
    """What is expected and can be compared, and a note about each thing that can't."""

    expect: Expect
    notes: tuple[str, ...] = ()


def on_a_real_clock(expect: Expect, answer: Answer | None) -> Comparable:
    """On a real log every step is entered on the day of playing, for the moment at which it was so."""
    asked_late = answer is not None and it_is_asked_on_its_day.__name__ in [each.name for each in answer.broken]
    if asked_late and it_is_asked_on_its_day.id not in expect.refused:
        return Comparable(Expect(refused=(it_is_asked_on_its_day.id,)),
                          (f"whether a session may begin is asked on its day: what was expected is {HOLDS}",))
    notes = []
    if expect.late_hours is not None:
        notes.append(f"{expect.late_hours} h late: {HOLDS}")
        expect = msgspec.structs.replace(expect, late_hours=None)
    if expect.known_at is not None and expect.known_at[1]:
        notes.append(f"known by then: {HOLDS}")
        expect = msgspec.structs.replace(expect, known_at=None)
    return Comparable(expect, tuple(notes))
