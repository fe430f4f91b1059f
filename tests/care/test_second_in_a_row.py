"""Two sessions running with pain that was not usual are two mornings that somebody called so, one after the other."""

from __future__ import annotations

from aggregates.client_care import commands as c
from tests.care.examples import BIKE, CLEARED, FINE, NOT_USUAL, ROW, TRAINING, session
from tests.care.scenario import At, given

USUAL_UNKNOWN = (*CLEARED, c.DesignProgram(template="DOS-LO", exercises=(ROW, BIKE)))
FIRST, SECOND = At("2026-01-06T10:00", session()), At("2026-01-08T10:00", session())
BAD = At("2026-01-09T08:00", NOT_USUAL)


def test_a_morning_that_was_as_usual_is_no_first_bad_one_where_the_usual_pain_is_not_known() -> None:
    as_usual = At("2026-01-07T08:00", c.RecordMorning(pain=1, usual=True))
    given(*USUAL_UNKNOWN, FIRST, as_usual, SECOND).when(BAD).then_decided("MODIFY", "PAIN-06")
    nobody_asked = At("2026-01-07T08:00", c.RecordMorning(pain=1))
    given(*USUAL_UNKNOWN, FIRST, nobody_asked, SECOND).when(BAD).then_decided("MODIFY", "PAIN-06")


def test_two_bad_mornings_pause_whether_or_not_the_usual_pain_is_known() -> None:
    for history in (USUAL_UNKNOWN, TRAINING):
        bad = At("2026-01-07T08:00", NOT_USUAL)
        given(*history, FIRST, bad, SECOND).when(BAD).then_decided("PAUSE", "PAIN-06")


def test_a_bad_day_long_after_a_fine_morning_is_not_the_second_session_running() -> None:
    between = (At("2026-01-07T08:00", NOT_USUAL), SECOND, At("2026-01-09T08:00", FINE))
    given(*TRAINING, FIRST, *between).when(
        c.RecordFollowUp(pain=5, usual=False), "2026-01-20T08:00").then_decided("MODIFY", "PAIN-06")


def test_a_follow_up_counts_as_the_morning_that_nobody_told() -> None:
    given(*TRAINING, FIRST, At("2026-01-07T08:00", NOT_USUAL), SECOND).when(
        c.RecordFollowUp(pain=5, usual=False), "2026-01-09T08:00").then_decided("PAUSE", "PAIN-06")
