"""A blood pressure at the crisis level: repeated on the same day it refers, whoever enters the readings however."""

from __future__ import annotations

import pytest

from aggregates.client_care.phases import Phase
from tests.care.examples import TRAINING, ready, session
from tests.care.scenario import At, given
from tests.protocol.example import PACK

FIRST = At("2026-01-12T10:00", ready(bp=((195, 95),), bp_symptoms=False))


def test_a_crisis_reading_that_is_repeated_as_the_row_asks_refers_the_same_day() -> None:
    given(*TRAINING).when(FIRST).then_decided("HOLD_SESSION", "VIT-03")
    again = given(*TRAINING, FIRST).when(At("2026-01-12T10:06", ready(bp=((192, 95),))))
    again.then_decided("REFER_SAME_DAY", "VIT-03").then_phase(Phase.REFERRAL_BACK)


def test_a_crisis_reading_of_another_day_is_no_repeat() -> None:
    given(*TRAINING, FIRST).when(At("2026-01-13T10:00", ready(bp=((192, 95),)))).then_decided("HOLD_SESSION", "VIT-03")


def test_a_repeat_below_the_crisis_level_confirms_nothing() -> None:
    lower = At("2026-01-12T10:06", ready(bp=((178, 95),), bp_symptoms=False))
    given(*TRAINING, FIRST).when(lower).then_decided("MODIFY", "VIT-01")


def test_a_session_with_a_crisis_reading_after_one_at_its_start_refers_the_same_day() -> None:
    later = At("2026-01-12T10:30", session(bp=((190, 95),)))
    given(*TRAINING, FIRST).when(later).then_decided("REFER_SAME_DAY", "VIT-03")


@pytest.mark.parametrize(("readings", "outcome"), [
    (((180, 70), (130, 120)), "REFER_SAME_DAY"), (((180, 70), (179, 119)), "MODIFY"),
    (((179, 119), (130, 120)), "HOLD_SESSION")])
def test_every_reading_is_held_against_both_numbers_as_a_whole(
        readings: tuple[tuple[int, int], ...], outcome: str) -> None:
    given(*TRAINING).when(ready(bp=readings, bp_symptoms=False)).then_decided(outcome)


def test_the_numbers_are_those_of_the_row() -> None:
    row = next(each for each in PACK.rows if each.id == "VIT-03" and not each.case)
    said = f"at least {PACK.number('VIT-03.systolic')} mmHg systolic or at least {PACK.number('VIT-03.diastolic')} mmHg"
    assert said in row.clinician
