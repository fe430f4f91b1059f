"""The last tolerated volume is what was performed and went well before the worsening, and not what was written down."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import Exercise, Session, Tolerated
from tests.care.examples import (
    BIKE,
    EARNED,
    FINE,
    NOT_USUAL,
    RELEASE,
    RESUME,
    ROW,
    TRAINING,
    USUAL,
    WORSE,
    change,
    session,
)
from tests.care.scenario import At, Scenario, Told, given

PAUSE = (At("2026-01-12T09:00", WORSE), At("2026-01-13T09:00", USUAL), At("2026-01-14T09:00", RELEASE))
BACK = At("2026-01-15T09:00", RESUME)


def row(load: float) -> Exercise:
    return replace(ROW, load_kg=load)


def on(day: int, morning: c.RecordMorning | None = FINE, **held: Any) -> tuple[At, ...]:
    """A session on a day of January, and the morning after."""
    began = At(f"2026-01-{day:02}T10:00", session(**held))
    return (began,) if morning is None else (began, At(f"2026-01-{day + 1:02}T08:00", morning))


def tolerated(scenario: Scenario, exercise: str = "cable row") -> Tolerated:
    """The last tolerated volume that the resume states."""
    resumed = next(each for each in scenario.facts if isinstance(each, f.TrainingResumed))
    return next(each for each in resumed.tolerated if each.exercise == exercise)


def amount(*steps: Any) -> tuple[float | None, str]:
    found = tolerated(given(*steps).when(BACK))
    return found.amount, found.basis


def test_a_raise_that_brought_the_worsening_was_not_tolerated() -> None:
    raised = (*EARNED, At("2026-01-09T10:00", change("load_kg", 22)), *on(10, NOT_USUAL, pain_worst=8),
              At("2026-01-12T09:00", USUAL), At("2026-01-12T10:00", RELEASE))
    assert amount(*raised) == (900.0, "performed")


def test_what_was_performed_counts_and_not_what_was_planned() -> None:
    less = on(6, done="changed", performed=(row(5),))
    scenario = given(*TRAINING, *less, *PAUSE).when(BACK)
    assert tolerated(scenario) == Tolerated(exercise="cable row", amount=225.0, unit="kg", basis="performed")
    assert tolerated(scenario, "bike") == Tolerated(exercise="bike", amount=10.0, unit="minutes")
    heavier = change("load_kg", 10)
    assert amount(*EARNED, heavier, *PAUSE) == (900.0, "performed")


def test_as_planned_is_the_programme_of_that_day() -> None:
    assert amount(*TRAINING, *on(6), At("2026-01-07T10:00", change("load_kg", 10)), *on(8), *PAUSE) == (
        450.0, "performed")
    assert amount(*TRAINING, *on(6), At("2026-01-07T10:00", change("load_kg", 10)), *PAUSE) == (900.0, "performed")


def test_the_last_session_that_went_well_counts_and_of_it_the_highest() -> None:
    assert amount(*TRAINING, *on(6), *on(8, performed=(row(8), row(12))), *PAUSE) == (540.0, "performed")
    assert amount(*TRAINING, *on(8, performed=(row(8),)), *on(10, performed=(BIKE,)), *PAUSE) == (360.0, "performed")


@pytest.mark.parametrize("not_well", [
    on(8, performed=(row(30),), pain_worst=3), on(8, performed=(row(30),), pain_before=None),
    on(8, None, performed=(row(30),)), on(8, c.RecordMorning(pain=4, usual=False), performed=(row(30),)),
    on(8, performed=(row(30),), asked_to_stop=True)])
def test_a_session_that_did_not_go_well_is_not_what_was_tolerated(not_well: tuple[At, ...]) -> None:
    assert amount(*TRAINING, *on(6, performed=(row(10),)), *not_well, *PAUSE) == (450.0, "performed")
    assert amount(*TRAINING, *not_well, *PAUSE) == (900.0, "lowest")


def test_where_no_session_went_well_the_lowest_performed_or_planned_counts() -> None:
    assert amount(*TRAINING, *on(6, pain_worst=5, performed=(row(8),)), *PAUSE) == (360.0, "lowest")
    assert amount(*TRAINING, *PAUSE) == (900.0, "planned")
    assert amount(*TRAINING, *on(6, done="stopped early"), *PAUSE) == (900.0, "planned")


def test_a_session_from_before_an_earlier_worsening_is_not_what_was_tolerated_now() -> None:
    half = c.DesignProgram(template="DOS-LO", exercises=(row(10), replace(BIKE, minutes=5)))
    again = (At("2026-01-20T09:00", WORSE), At("2026-01-21T09:00", USUAL), At("2026-01-22T09:00", RELEASE))
    once = (*TRAINING, *on(6), *PAUSE, BACK, At("2026-01-15T10:00", half))
    later = At("2026-01-23T09:00", RESUME)
    assert tolerated(given(*once, *again).when(later)).amount == 450.0
    lighter = on(17, performed=(row(8),))
    found = tolerated(given(*once, *lighter, *again).when(later))
    assert (found.amount, found.basis) == (360.0, "performed")
    heavier = on(17, performed=(row(30),))
    found = tolerated(given(*once, *heavier, *again).when(later))
    assert (found.amount, found.basis) == (450.0, "lowest")


def test_a_corrected_session_counts_as_corrected() -> None:
    scenario = given(*TRAINING, *on(6))
    listed = {"performed": [{"name": "cable row", "kind": "LOCAL", "sets": 3, "reps": 15, "load_kg": 8}]}
    scenario.and_given(c.AmendFact(version=scenario.version_of(f.SessionRecorded), corrected=listed, reason="left out"))
    assert tolerated(scenario.and_given(*PAUSE).when(BACK)).amount == 360.0


def test_a_session_of_an_earlier_release_kept_no_plan_so_the_programme_counts_as_before() -> None:
    kept = Session(done="as planned", performed=(row(5),), pain_worst=1, stop_signs=(), asked_to_stop=False)
    assert amount(*TRAINING, Told(f.SessionRecorded, session=kept), *PAUSE) == (900.0, "planned")
