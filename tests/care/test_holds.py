"""A hold stays until what held is measured and asked again: neither silence nor another refusal is a way out."""

from __future__ import annotations

from typing import Any

import pytest

from aggregates.client_care.contents import Glucose
from tests.care.examples import CLEARED, TRAINING, clearance, ready, register, screening
from tests.care.scenario import At, given

AGAIN = "what_held_the_session_is_measured_again"
WITH_DIABETES = (At("2026-01-05T09:00", register(conditions=("diabetes",))),
                 screening({"SCR-04": "yes"}, conditions=("diabetes",)), clearance(), *TRAINING[len(CLEARED):])
SUGAR = Glucose(value=120, unit="mg/dL")
LOW = ready(glucose=SUGAR, glucose_symptoms=("helped_hypo_24h",))


def test_what_the_client_said_when_the_session_was_held_is_asked_again() -> None:
    held = given(*TRAINING, At("2026-01-12T10:00", ready(standing_drop=30, standing_symptoms=True)))
    held.when(ready(standing_drop=15)).then_refused(AGAIN)
    assert held.broken(AGAIN).seen["missing"] == "standing symptoms"
    held.when(ready(standing_drop=15, standing_symptoms=False)).then_decided("PROCEED")


@pytest.mark.parametrize(("drop", "said", "outcome"), [
    (60, {}, "HOLD_SESSION"), (21, {}, "HOLD_SESSION"), (20, {}, "PROCEED"),
    (60, {"standing_symptoms": False}, "PROCEED"), (21, {"standing_symptoms": True}, "HOLD_SESSION")])
def test_a_fall_on_standing_holds_until_somebody_asked_about_symptoms(
        drop: int, said: dict[str, Any], outcome: str) -> None:
    given(*TRAINING).when(ready(standing_drop=drop, **said)).then_decided(outcome)


def test_low_glucose_that_needed_help_holds_for_a_day_unless_somebody_asks_again() -> None:
    held = given(*WITH_DIABETES, At("2026-01-12T10:00", LOW))
    held.when(ready(glucose=SUGAR), "2026-01-12T12:00").then_refused(AGAIN)
    held.when(ready(glucose=SUGAR), "2026-01-13T10:00").then_decided("HOLD_SESSION", "VIT-09")
    held.when(ready(glucose=SUGAR, glucose_symptoms=()), "2026-01-13T10:00").then_decided("PROCEED")
    later = given(*WITH_DIABETES, At("2026-01-12T10:00", LOW))
    later.when(ready(glucose=SUGAR), "2026-01-13T10:01").then_decided("PROCEED")
