"""A session that took place although its start was on hold says so, whenever it is entered."""

from __future__ import annotations

import pytest

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.phases import Phase
from tests.care.examples import TRAINING, ready, session
from tests.care.scenario import At, Scenario, given

HELD = (*TRAINING, At("2026-01-06T09:00", ready(temperature_c=38.5)))
FREED = (*HELD, At("2026-01-06T12:00", ready(temperature_c=36.8)))
NEXT_DAY = (*HELD, At("2026-01-07T09:00", ready(temperature_c=36.8)))


def rules(scenario: Scenario) -> tuple[str, ...]:
    return next(each.verdict.rules for each in scenario.facts if isinstance(each, f.DecisionMade))


def recorded(history: tuple[At, ...], occurred: str, entered: str = "2026-01-08T18:00") -> Scenario:
    return given(*history).when(At(entered, session(), occurred=occurred))


def test_a_session_on_the_day_of_a_hold_is_taken_and_says_that_it_was_on_hold() -> None:
    told = given(*HELD).when(session(), "2026-01-06T10:00").then(f.SessionRecorded).then_decided("MODIFY", "SES-08")
    verdict = next(each.verdict for each in told.facts if isinstance(each, f.DecisionMade))
    assert "was on hold that day" in verdict.clinician
    assert any("the coach tells the referral source" in each.does for each in verdict.matched)
    told.then_phase(Phase.ACTIVE_TRAINING)


@pytest.mark.parametrize(("history", "occurred", "marked"), [
    (HELD, "2026-01-06T10:00", True), (HELD, "2026-01-06T09:00", True), (HELD, "2026-01-06T23:30", True),
    (HELD, "2026-01-06T08:30", False), (HELD, "2026-01-07T10:00", False),
    (FREED, "2026-01-06T11:59", True), (FREED, "2026-01-06T12:00", False), (FREED, "2026-01-06T13:00", False),
    (NEXT_DAY, "2026-01-06T10:00", True), (NEXT_DAY, "2026-01-07T10:00", False)])
def test_the_hold_counts_from_its_moment_to_the_next_decision_of_that_day(
        history: tuple[At, ...], occurred: str, marked: bool) -> None:
    assert ("SES-08" in rules(recorded(history, occurred))) is marked


def test_a_start_that_was_refused_frees_nothing() -> None:
    held = given(*HELD).when(ready(), "2026-01-06T09:30")
    assert held.refusals
    assert "SES-08" in rules(held.when(session(), "2026-01-06T10:00"))


def test_a_correction_of_such_a_session_still_says_so() -> None:
    told = given(*NEXT_DAY, At("2026-01-08T18:00", session(), occurred="2026-01-06T10:00"))
    version = told.version_of(f.SessionRecorded)
    corrected = c.AmendFact(version=version, corrected={"pain_after": 2}, reason="typed wrong")
    assert "SES-08" in rules(told.when(corrected))
