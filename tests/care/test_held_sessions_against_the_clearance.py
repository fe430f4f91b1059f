"""A session that was held is compared with the clearance as it was held: as listed, or as the programme had planned."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import Effort, Exercise, Limit
from tests.care.examples import CLEARED, ROW, SCREENED, TRAINING, limited, session
from tests.care.scenario import At, Scenario, given

NO_BIKE = limited(Limit(of="ban", words="no bike", exercise="bike"), dated=date(2026, 1, 12))
LIGHT = c.RecordAnswer(source="S. Berg", answer="resume", new_limits=(
    Limit(of="load", words="at most 10 kg", at_most=10, unit="kg"),))
HEART = Limit(of="training_heart_rate", words="heart rate at most 120", at_most=120, unit="beats per minute")
EFFORT = Limit(of="effort", words="effort at most 11", at_most=11, unit="borg_6_20")


def beyond(scenario: Scenario) -> tuple[str, ...]:
    """What STOP-08 was told to lie beyond a limit."""
    verdict = next(each.verdict for each in scenario.facts if isinstance(each, f.DecisionMade))
    return next(each.named for each in verdict.inputs if each.name == "beyond_clearance_limit")


@pytest.mark.parametrize(("newer", "said"), [
    (NO_BIKE, 'bike: planned (the condition "no bike")'),
    (LIGHT, 'cable row: 20, at most 10 is allowed (the condition "at most 10 kg")')])
def test_a_session_as_planned_is_compared_as_the_programme(newer: Any, said: str) -> None:
    scenario = given(*TRAINING, At("2026-01-12T09:00", newer)).when(session(), "2026-01-12T11:00")
    scenario.then(f.SessionRecorded).then_decided("MODIFY", "STOP-08")
    assert beyond(scenario) == (said,)


@pytest.mark.parametrize("held", [
    {"performed": (replace(ROW, load_kg=10),)}, {"done": "changed", "performed": (Exercise(name="x", kind="LOCAL"),)},
    {"done": "stopped early"}])
def test_a_session_that_was_not_as_planned_is_compared_as_it_was_listed(held: dict[str, Any]) -> None:
    newer = (At("2026-01-12T09:00", NO_BIKE), LIGHT)
    given(*TRAINING, *newer).when(session(**held), "2026-01-12T11:00").then_decided("PROCEED")


def test_a_limited_heart_rate_or_effort_that_nobody_recorded_counts_as_beyond_the_limit() -> None:
    history = (*SCREENED, limited(HEART, EFFORT), *TRAINING[len(CLEARED):])
    scenario = given(*history).when(session()).then_decided("MODIFY", "STOP-08")
    assert beyond(scenario) == (
        'training heart rate: not stated, at most 120 is allowed (the condition "heart rate at most 120")',
        'effort: not stated, at most 11 is allowed (the condition "effort at most 11")')
    calm = Effort(value=11, scale="borg_6_20")
    given(*history).when(session(highest_heart_rate=120, effort=calm)).then_decided("PROCEED")
    given(*TRAINING).when(session()).then_decided("PROCEED")
