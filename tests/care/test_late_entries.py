"""What was so is decided for the moment at which it was so, also when it is entered days later."""

from __future__ import annotations

from datetime import date

import pytest

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import AdverseResponse
from aggregates.client_care.phases import Phase
from tests.care.examples import (
    FINE,
    GATED,
    NOT_USUAL,
    RELEASE,
    RESUME,
    TRAINING,
    WAITING,
    WORSE,
    clearance,
    session,
)
from tests.care.scenario import At, given

SHORT = (*TRAINING[:2], clearance(expires=date(2026, 1, 20)), *TRAINING[3:])
PAUSED_SINCE_THE_TWELFTH = (*TRAINING, At("2026-01-12T09:00", WORSE))


def late(command: c.Command, occurred: str, entered: str = "2026-03-02T09:00") -> At:
    return At(entered, command, occurred=occurred)


def test_a_session_of_the_clearances_last_day_is_taken_when_it_is_entered_weeks_later() -> None:
    scenario = given(*SHORT).when(late(session(), "2026-01-20T10:00")).then_decided("PROCEED")
    scenario.then_phase(Phase.ACTIVE_TRAINING).then_not(f.ClearanceLapsed)
    scenario.when(c.LetTimePass(), "2026-03-02T10:00").then(f.ClearanceLapsed).then_phase(Phase.MEDICAL_CLEARANCE)


def test_a_session_of_the_day_after_is_refused_whenever_it_is_entered() -> None:
    given(*SHORT).when(late(session(), "2026-01-21T10:00")).then_refused("clearance_is_in_force")
    given(*SHORT).when(session(), "2026-01-21T10:00").then_refused("clearance_is_in_force")


def test_a_whole_history_entered_late_finds_nothing_overdue_that_was_done_in_time() -> None:
    letter = c.NoteLetter(letter="x-1", kind="introductory letter")
    history = [late(command, occurred) for command, occurred in (
        (TRAINING[0].command, "2026-01-05T09:00"), (letter, "2026-01-05T11:00"), (TRAINING[1], "2026-01-05T12:00"),
        (TRAINING[2], "2026-01-05T13:00"), (session(), "2026-01-06T10:00"), (FINE, "2026-01-07T08:00"))]
    scenario = given(*history, start="2026-03-01T08:00").then_phase(Phase.ACTIVE_TRAINING)
    assert not [each for each in scenario.history if isinstance(each, f.DeadlineFellDue)]


def test_a_letter_that_was_due_meanwhile_is_found_overdue_as_soon_as_time_passes() -> None:
    scenario = given(late(TRAINING[0].command, "2026-01-05T09:00"), start="2026-03-01T08:00")
    scenario.when(c.LetTimePass(), "2026-03-02T10:00").then(f.DeadlineFellDue)


def test_a_session_before_the_pause_that_is_entered_in_the_pause_is_recorded_and_begins_no_second_pause() -> None:
    bad = session(pain_worst=7, adverse=AdverseResponse(grade=2))
    scenario = given(*PAUSED_SINCE_THE_TWELFTH, *GATED[len(PAUSED_SINCE_THE_TWELFTH):])
    scenario.when(late(bad, "2026-01-09T10:00", "2026-01-15T09:00")).then_decided("PAUSE")
    scenario.then_not(f.ExacerbationOpened).then_phase(Phase.EXACERBATION_PAUSE)
    assert scenario.memory.released_by == "S. Berg"
    scenario.when(RESUME, "2026-01-16T09:00").then_phase(Phase.ACTIVE_TRAINING)


def test_a_session_of_the_pause_itself_is_refused_whenever_it_is_entered() -> None:
    given(*PAUSED_SINCE_THE_TWELFTH).when(late(session(), "2026-01-12T10:00", "2026-01-15T09:00")).then_refused(
        "training_is_not_paused")


def test_an_emergency_in_a_session_that_should_not_have_been_held_is_acted_on() -> None:
    for history in (TRAINING[:1], TRAINING[:2], PAUSED_SINCE_THE_TWELFTH):
        given(*history).when(session(adverse=AdverseResponse(grade=3))).then_admitted().then_phase(Phase.REFERRAL_BACK)
        given(*history).when(c.StartSession(bp=((190, 121), (190, 121)), bp_symptoms=True)).then_admitted().then_phase(
            Phase.REFERRAL_BACK)


def test_a_session_before_the_health_change_that_is_entered_after_it_counts_under_the_clearance_of_its_day() -> None:
    scenario = given(*WAITING).when(late(session(), "2026-01-09T10:00", "2026-01-13T09:00")).then_decided("PROCEED")
    scenario.then_phase(Phase.MEDICAL_CLEARANCE)
    scenario.when(late(session(), "2026-01-12T10:00", "2026-01-13T10:00")).then_refused("clearance_is_in_force")


def test_a_session_under_the_former_clearance_is_judged_by_that_clearance() -> None:
    renewed = (*SHORT, At("2026-01-19T09:00", clearance(dated=date(2026, 1, 19))))
    given(*renewed).when(late(session(), "2026-01-16T10:00")).then_decided("PROCEED")


def test_a_release_from_before_the_worsening_frees_nobody() -> None:
    early = late(RELEASE, "2026-01-11T09:00", "2026-01-13T09:00")
    scenario = given(*PAUSED_SINCE_THE_TWELFTH, early)
    assert scenario.memory.released_by is None


def test_a_late_morning_still_belongs_to_the_session_of_the_day_before() -> None:
    held = (*TRAINING, At("2026-01-06T10:00", session(pain_worst=6)))
    scenario = given(*held).when(late(NOT_USUAL, "2026-01-07T08:00")).then_decided("PAUSE")
    scenario.then(f.MorningAnswered, of_version=scenario.version_of(f.SessionRecorded))


@pytest.mark.parametrize("history", [TRAINING, (*TRAINING, c.MoveToMaintenance(reason="kept"))])
def test_when_the_referral_source_says_to_wait_training_waits_for_a_new_clearance(history: tuple[At, ...]) -> None:
    scenario = given(*history).when(c.RecordAnswer(source="S. Berg", answer="stay paused"))
    scenario.then(f.ClearanceSuspended, rule="CLR-09").then_phase(Phase.MEDICAL_CLEARANCE)
    scenario.when(session()).then_refused("clearance_is_in_force")


def test_the_change_in_status_letter_stays_owed_when_training_resumes() -> None:
    scenario = given(*GATED).when(RESUME, "2026-01-16T09:00").then_phase(Phase.ACTIVE_TRAINING)
    assert "DL-06/letter" in scenario.memory.deadlines
    assert not [each for each in scenario.memory.deadlines if each.startswith(("DL-07", "DL-08", "DL-06/phone"))]
