"""The usual pain is what it was before the client got worse: writing a higher number frees nobody."""

from __future__ import annotations

import pytest

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from tests.care.examples import PAUSED, RELEASE, RESUME, TRAINING, ready, session
from tests.care.scenario import At, given


def usual(pain: int) -> c.RecordMeasures:
    """The usual pain, told again."""
    return c.RecordMeasures(scores={}, usual_pain=pain)


def corrected(version: int, pain: int) -> c.AmendFact:
    """A usual pain that was mistyped."""
    return c.AmendFact(version=version, corrected={"usual_pain": pain}, reason="mistyped")


HELD = (*TRAINING, At("2026-01-12T10:00", ready(pain_before=8)))


def test_a_hold_for_pain_does_not_end_by_a_higher_usual_pain() -> None:
    told = given(*HELD, usual(8))
    told.when(ready(pain_before=8), "2026-01-12T12:00").then_decided("HOLD_SESSION", "PAIN-10")
    told.when(ready(pain_before=8), "2026-01-19T10:00").then_decided("HOLD_SESSION", "PAIN-10")
    told.when(ready(pain_before=8), "2026-01-19T11:01").then_decided("PROCEED")


def test_neither_small_steps_nor_an_earlier_day_make_the_rise_smaller() -> None:
    steps = given(*TRAINING, At("2026-01-12T08:00", usual(3)), usual(4), usual(5), usual(6))
    steps.when(ready(pain_before=6), "2026-01-12T12:00").then_decided("HOLD_SESSION", "PAIN-10")
    dated_back = given(*HELD, At("2026-01-12T11:00", usual(8), occurred="2026-01-05T18:00"))
    dated_back.when(ready(pain_before=8), "2026-01-12T12:00").then_decided("HOLD_SESSION", "PAIN-10")


def test_a_rise_by_one_counts_at_once() -> None:
    known = given(*TRAINING, At("2026-01-12T08:00", usual(6)), At("2026-01-20T08:00", usual(7)))
    known.when(ready(pain_before=7)).then_decided("PROCEED")


def test_a_usual_pain_that_is_corrected_upwards_frees_no_start_of_that_day() -> None:
    held = given(*HELD)
    held.when(corrected(held.version_of(f.MeasuresRecorded), 8)).then_admitted()
    held.when(ready(pain_before=8), "2026-01-12T12:00").then_decided("HOLD_SESSION", "PAIN-10")
    held.when(ready(pain_before=8), "2026-01-13T10:00").then_decided("PROCEED")


def test_a_morning_is_held_against_the_usual_pain_from_before_it_rose() -> None:
    trained = given(*TRAINING, At("2026-01-12T10:00", session()), usual(8))
    trained.when(c.RecordMorning(pain=8, usual=True), "2026-01-13T08:00").then_decided("MODIFY", "PAIN-06")


@pytest.mark.parametrize(("told", "ends"), [(None, True), (usual(2), False)])
def test_in_a_pause_only_the_measure_from_before_it_is_corrected_upwards(
        told: c.RecordMeasures | None, ends: bool) -> None:
    """The measure that counts was mistyped before the client got worse, or it was taken within the pause."""
    paused = given(*PAUSED, At("2026-01-13T09:00", c.RecordFollowUp(pain=7, usual=True)),
                   At("2026-01-14T09:00", RELEASE), *([told] if told else []))
    paused.when(corrected(paused.version_of(f.MeasuresRecorded), 7), "2026-01-15T09:00").then_admitted()
    paused.when(RESUME, "2026-01-15T12:00")
    paused.then_admitted() if ends else paused.then_refused("usual_pain_for_48_hours")


def test_in_a_pause_a_measure_that_counts_no_more_is_not_corrected_upwards() -> None:
    newer = (*TRAINING, At("2026-01-10T08:00", usual(3)), At("2026-01-12T09:00", c.ReportExacerbation()))
    paused = given(*newer, At("2026-01-13T09:00", c.RecordFollowUp(pain=7, usual=True)),
                   At("2026-01-14T09:00", RELEASE))
    paused.when(corrected(paused.version_of(f.MeasuresRecorded, back=2), 7), "2026-01-15T09:00").then_admitted()
    paused.when(RESUME, "2026-01-15T12:00").then_refused("usual_pain_for_48_hours")
