"""Time alone: warnings, the last day, deadlines in the practice's own calendar. Each is found once."""

from __future__ import annotations

from datetime import date

import pytest

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import RedFlag
from aggregates.client_care.phases import Phase
from aggregates.kernel.house import House
from tests.care.examples import PAUSED, REFERRED, SCREENED, TRAINING, USUAL, WORSE, clearance, register
from tests.care.scenario import HOUSE, At, given

TIME = c.LetTimePass()
ENDS = (*SCREENED, clearance(expires=date(2026, 6, 30)))


def test_nobody_is_named_as_the_one_who_let_time_pass() -> None:
    scenario = given(*ENDS).when(c.StartSession(), "2026-06-01T09:00")
    assert {(each.meta.actor_kind, each.meta.actor) for each in scenario.by_time} == {("clock", "calendar")}
    assert {each.meta.actor for each in scenario.facts} == {"anna", "protocol"}


@pytest.mark.parametrize(("day", "warned"), [
    ("2026-05-30", []), ("2026-05-31", [30]), ("2026-06-22", [30]), ("2026-06-23", [30, 7]), ("2026-06-30", [30, 7])])
def test_the_end_of_a_clearance_is_announced_thirty_and_seven_days_before(day: str, warned: list[int]) -> None:
    scenario = given(*ENDS).when(TIME, f"{day}T00:00")
    assert [each.days for each in scenario.by_time if isinstance(each, f.ClearanceExpiryWarned)] == warned


def test_each_warning_is_given_once_and_the_end_is_noted_once() -> None:
    scenario = given(*ENDS)
    days = ("2026-05-31", "2026-06-01", "2026-06-23", "2026-06-24", "2026-07-01", "2026-07-02", "2026-08-01")
    for day in days:
        scenario.when(TIME, f"{day}T09:00")
    told = [type(each).__name__ for each in scenario.history]
    assert (told.count("ClearanceExpiryWarned"), told.count("ClearanceLapsed")) == (2, 1)


def test_a_suspended_clearance_gives_no_warnings() -> None:
    scenario = given(*ENDS, At("2026-03-01T09:00", c.ReportHealthChange(what="an operation")))
    scenario.when(TIME, "2026-06-25T09:00").then_not(f.ClearanceExpiryWarned)


def test_nothing_falls_due_at_its_moment_and_once_a_second_later() -> None:
    scenario = given(register())
    due = scenario.due("DL-01")
    scenario.when(TIME, due).then_nothing_happened()
    scenario.when(TIME, f"{due}:01").then(f.DeadlineFellDue)
    scenario.when(TIME, "2026-01-20T09:00").then_nothing_happened()
    assert "DL-01" in scenario.memory.deadlines


def test_a_deadline_that_was_met_does_not_fall_due() -> None:
    letter = c.NoteLetter(letter="intro-1", kind="introductory letter")
    given(register(), letter).when(TIME, "2026-01-20T09:00").then_nothing_happened()


def test_what_fell_due_is_found_before_the_next_command_is_decided_also_after_weeks_of_silence() -> None:
    scenario = given(*ENDS).when(c.StartSession(), "2026-07-10T09:00").then_refused("clearance_is_in_force")
    kinds = [type(each).__name__ for each in scenario.by_time]
    assert kinds[0] == "ClearanceLapsed"
    assert "DeadlineFellDue" in kinds


def test_a_day_is_a_day_of_the_practice_also_when_the_clocks_change() -> None:
    changed = At("2026-03-28T10:00", c.ReportRedFlags(red_flags=(RedFlag(id="RF-R1", features=("weight loss",)),)))
    spring = given(*TRAINING, changed)
    assert spring.due("RF-R1") == "2026-04-04T10:00"
    paused = given(*TRAINING, At("2026-03-28T10:00", WORSE))
    assert paused.due("DL-06/phone") == "2026-03-29T11:00"
    assert paused.due("DL-08/weekly") == "2026-04-04T10:00"
    autumn = given(*TRAINING, At("2026-10-24T10:00", WORSE))
    assert (autumn.due("DL-06/phone"), autumn.due("DL-08/weekly")) == ("2026-10-25T09:00", "2026-10-31T10:00")


def test_the_end_of_the_day_is_the_practices_own() -> None:
    assert given(*REFERRED).due("DL-05/phone") == "2026-01-12T23:59"
    west = House(practice="test", timezone="America/Los_Angeles")
    late = given(*TRAINING, At("2026-03-07T23:30", c.ReportAdverseResponse(grade=3)), house=west)
    assert late.due("DL-05/phone") == "2026-03-07T23:59"


def test_working_days_skip_weekends_and_holidays() -> None:
    friday = At("2026-04-03T15:00", WORSE)
    assert given(*TRAINING, friday).due("DL-06/letter") == "2026-04-06T15:00"
    easter = House(practice="test", timezone="Europe/Oslo", holidays=(date(2026, 4, 6),))
    assert given(*TRAINING, friday, house=easter).due("DL-06/letter") == "2026-04-07T15:00"
    weekends = House(practice="test", timezone="Europe/Oslo", working_days=(5, 6))
    assert given(*TRAINING, friday, house=weekends).due("DL-06/letter") == "2026-04-04T15:00"


def test_a_second_report_never_puts_off_what_is_owed_for_the_first() -> None:
    first = given(*PAUSED)
    owed = {each: first.due(each) for each in first.memory.deadlines}
    second = first.and_given(At("2026-01-13T08:00", WORSE))
    assert {each: second.due(each) for each in owed} == owed


def test_a_second_request_for_a_clearance_is_chased_anew() -> None:
    request = c.RequestClearance(issuer="S. Berg")
    scenario = given(*SCREENED, At("2026-01-06T09:00", request))
    assert scenario.due("DL-09/first") == "2026-01-09T09:00"
    scenario.and_given(At("2026-02-20T09:00", request))
    assert scenario.due("DL-09/first") == "2026-02-23T09:00"
    scenario.when(TIME, "2026-02-24T09:00").then(f.DeadlineFellDue)


def test_silence_is_chased_after_two_and_five_working_days_and_on_day_ten_the_client_books() -> None:
    scenario = given(*PAUSED)
    assert [scenario.due(f"DL-07/{each}") for each in ("first", "second", "book")] == [
        "2026-01-14T09:00", "2026-01-19T09:00", "2026-01-22T09:00"]
    scenario.when(c.RecordAnswer(source="S. Berg", answer="stay paused")).then(
        f.DeadlineCancelled, id="DL-07/first", because="the referral source answered")


def test_the_client_is_followed_up_the_next_morning_after_three_days_and_then_every_week() -> None:
    scenario = given(*PAUSED)
    for day, met in (("13", "DL-08/next_morning"), ("15", "DL-08/72h"), ("19", "DL-08/weekly")):
        scenario.when(USUAL, f"2026-01-{day}T08:00").then(f.DeadlineMet, id=met)
    assert scenario.due("DL-08/again") == "2026-01-26T08:00"


def test_progress_is_reported_and_measured_every_thirty_days() -> None:
    scenario = given(*TRAINING)
    assert (scenario.due("DL-04"), scenario.due("OUT-02")) == ("2026-02-04T09:00", "2026-02-04T09:00")
    scenario.and_given(At("2026-02-03T09:00", c.RecordMeasures(scores={"NPRS": 1.0})))
    scenario.and_given(At("2026-02-03T10:00", c.NoteLetter(letter="p-1", kind="progress report")))
    assert (scenario.due("DL-04/next"), scenario.due("OUT-02/next")) == ("2026-03-05T10:00", "2026-03-05T09:00")


def test_discharge_ends_what_became_pointless_and_keeps_what_is_owed() -> None:
    scenario = given(*REFERRED, c.Discharge(reason="no contact"))
    assert {each.partition("/")[0] for each in scenario.memory.deadlines} == {"DL-01", "DL-05", "DL-10"}
    assert scenario.memory.phase is Phase.DISCHARGED


def test_a_local_time_that_does_not_exist_is_no_obstacle() -> None:
    assert HOUSE.days_later(given().utc("2026-03-28T02:30"), 1) == given().utc("2026-03-29T02:30")
