"""The exacerbation pause: it begins at once, and ends only when three things are so at the same time."""

from __future__ import annotations

from datetime import date

import pytest

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import ClearanceForm
from aggregates.client_care.phases import Phase
from tests.care.examples import (
    GATED,
    PAUSED,
    RELEASE,
    RESUME,
    SCREENED,
    TRAINING,
    USUAL,
    WAITING,
    WORSE,
    clearance,
    form,
    ready,
    screening,
    session,
)
from tests.care.scenario import At, given

NOT_USUAL = c.RecordFollowUp(pain=6, usual=False)


def test_a_reported_worsening_pauses_training_in_the_same_breath() -> None:
    given(*TRAINING).when(WORSE).then_decided("PAUSE", "EXA-01").then(
        f.ExacerbationOpened, words="worse since yesterday").then_phase(Phase.EXACERBATION_PAUSE)


def test_during_a_pause_there_is_no_session_and_the_refusal_names_everything_that_leads_out() -> None:
    refused = given(*PAUSED).when(session()).then_refused("training_is_not_paused").refusals[0]
    assert refused.seen == {"paused_since": "2026-01-12T09:00+01:00"}
    assert [(each.what, each.supplier) for each in refused.unlock] == [
        ("release by the referral source", "referral source"), ("usual pain for 48 hours", "the client")]


def test_everything_that_stands_against_resuming_is_named_at_once() -> None:
    given(*PAUSED).when(c.ResumeTraining(volume_percent=51)).then_refused(
        "referral_source_has_released", "usual_pain_for_48_hours", "volume_is_at_most_half")


def test_training_resumes_after_forty_eight_hours_of_usual_pain_to_the_second() -> None:
    early = given(*GATED).when(RESUME, "2026-01-15T08:59:59").then_refused("usual_pain_for_48_hours")
    assert [each.what for each in early.refusals[0].unlock] == ["wait until 2026-01-15T09:00 with usual pain"]
    given(*GATED).when(RESUME, "2026-01-15T09:00:00").then(f.TrainingResumed, released_by="S. Berg").then_phase(
        Phase.ACTIVE_TRAINING)


@pytest.mark.parametrize(("percent", "admitted"), [(0, False), (1, True), (50, True), (51, False)])
def test_training_resumes_at_no_more_than_half_the_volume(percent: int, admitted: bool) -> None:
    scenario = given(*GATED).when(c.ResumeTraining(volume_percent=percent), "2026-01-15T09:00")
    if admitted:
        scenario.then_phase(Phase.ACTIVE_TRAINING)
    else:
        assert scenario.then_refused("volume_is_at_most_half").refusals[0].seen == {
            "volume_percent": percent, "at_most": 50}


def test_training_does_not_resume_without_the_referral_source() -> None:
    unreleased = (*PAUSED, At("2026-01-13T09:00", USUAL))
    given(*unreleased).when(RESUME, "2026-01-16T09:00").then_refused("referral_source_has_released")
    for answer in ("stay paused", "new clearance"):
        brought = ClearanceForm(**form(dated=date(2026, 1, 13))) if answer == "new clearance" else None
        later = c.RecordAnswer(source="S. Berg", answer=answer, clearance=brought)  # type: ignore[arg-type]
        given(*GATED, later).when(RESUME, "2026-01-16T09:00").then_refused("referral_source_has_released")


def test_training_does_not_resume_without_a_clearance_in_force() -> None:
    lapsing = (*SCREENED, clearance(expires=date(2026, 1, 14)), At("2026-01-12T09:00", WORSE),
               At("2026-01-13T09:00", USUAL), RELEASE)
    given(*lapsing).when(RESUME, "2026-01-15T09:00").then_refused("clearance_is_in_force").then(f.ClearanceLapsed)
    renewed = At("2026-01-15T09:00", clearance(dated=date(2026, 1, 15)))
    given(*lapsing, renewed).when(RESUME).then_phase(Phase.ACTIVE_TRAINING)


def test_a_day_that_was_not_usual_begins_the_forty_eight_hours_anew_whenever_it_is_entered() -> None:
    broken = At("2026-01-14T18:00", NOT_USUAL, occurred="2026-01-14T07:00")
    given(*GATED, broken).when(RESUME, "2026-01-15T09:00").then_refused("usual_pain_for_48_hours")
    again = At("2026-01-14T20:00", USUAL)
    given(*GATED, broken, again).when(RESUME, "2026-01-16T19:59").then_refused("usual_pain_for_48_hours")
    given(*GATED, broken, again).when(RESUME, "2026-01-16T20:00").then_admitted()


def test_a_usual_day_entered_late_does_not_bridge_the_break_after_it() -> None:
    broken = At("2026-01-15T08:00", NOT_USUAL)
    late = At("2026-01-15T10:00", USUAL, occurred="2026-01-13T20:00")
    given(*GATED, broken, late).when(RESUME, "2026-01-17T11:00").then_refused("usual_pain_for_48_hours")


def test_what_was_so_before_the_pause_does_not_count_for_its_end() -> None:
    before = At("2026-01-13T09:00", USUAL, occurred="2026-01-10T09:00")
    given(*PAUSED, before, RELEASE).when(RESUME, "2026-01-13T12:00").then_refused("usual_pain_for_48_hours")


def test_pain_two_above_the_usual_is_not_usual_whatever_it_is_called() -> None:
    for pain, admitted in ((3, True), (4, False)):
        said = At("2026-01-13T09:00", c.RecordFollowUp(pain=pain, usual=True))
        scenario = given(*PAUSED, said, RELEASE).when(RESUME, "2026-01-16T09:00")
        assert (not scenario.refusals) is admitted


def test_a_late_morning_answer_in_the_pause_that_is_not_usual_breaks_the_forty_eight_hours() -> None:
    late = At("2026-01-14T12:00", c.RecordMorning(pain=3, usual=False))
    trained = (*TRAINING, At("2026-01-09T10:00", session()), *GATED[len(TRAINING):])
    given(*trained, late).when(RESUME, "2026-01-15T10:00").then_refused("usual_pain_for_48_hours")


def test_getting_worse_within_the_pause_takes_back_the_release_and_the_usual_days() -> None:
    worse = At("2026-01-14T12:00", WORSE)
    given(*GATED, worse).when(RESUME, "2026-01-20T09:00").then_refused(
        "referral_source_has_released", "usual_pain_for_48_hours")


def test_a_pause_of_fourteen_days_waits_on_and_one_of_more_goes_back_to_the_referral_source() -> None:
    given(*PAUSED).when(session(), "2026-01-26T09:00").then_refused("training_is_not_paused")
    late = given(*PAUSED).when(session(), "2026-01-26T09:01").then_refused("client_is_not_referred_back")
    late.then(f.ReferredBack, rule="EXA-03").then(f.ClearanceSuspended, rule="EXA-03").then_phase(Phase.REFERRAL_BACK)


def test_getting_worse_within_the_pause_does_not_lengthen_its_fourteen_days() -> None:
    worse = given(*PAUSED, At("2026-01-20T09:00", WORSE))
    worse.when(session(), "2026-01-26T09:01").then(f.ReferredBack, rule="EXA-03")


def test_who_waits_for_a_clearance_and_gets_worse_is_paused_beyond_the_new_clearance() -> None:
    for report in (WORSE, c.ReportAdverseResponse(grade=2)):
        given(*WAITING).when(report).then(f.ExacerbationOpened).then_phase(Phase.EXACERBATION_PAUSE)
        cleared = At("2026-01-13T09:00", clearance(dated=date(2026, 1, 13)))
        given(*WAITING, report, cleared).when(session()).then_refused("training_is_not_paused")


BAD = c.RecordFollowUp(pain=7, usual=False)
SENT_BACK = (*PAUSED, At("2026-01-12T10:00", BAD), At("2026-01-12T11:00", c.ReferBack(reason="sent back")),
             At("2026-01-12T12:00", clearance(dated=date(2026, 1, 12))), At("2026-01-12T13:00", screening()))
LEFT = (*PAUSED, At("2026-01-12T11:00", c.Discharge(reason="other")), At("2026-01-12T12:00", c.Readmit(reason="back")),
        At("2026-01-12T12:30", clearance(dated=date(2026, 1, 12))), At("2026-01-12T13:00", screening()))


@pytest.mark.parametrize("history", [SENT_BACK, LEFT])
def test_no_way_around_the_pause_skips_its_48_hours_of_usual_pain(history: tuple[At, ...]) -> None:
    scenario = given(*history).then_phase(Phase.ACTIVE_TRAINING)
    scenario.when(ready(), "2026-01-12T14:00").then_refused("pain_is_usual_since_the_pause")
    scenario.when(USUAL, "2026-01-13T09:00").when(ready(), "2026-01-15T08:59").then_refused(
        "pain_is_usual_since_the_pause")
    scenario.when(ready(), "2026-01-15T09:00").then_decided("PROCEED")


def test_usual_pain_that_was_told_in_the_pause_counts_on_after_a_referral_back() -> None:
    rested = (*PAUSED, At("2026-01-13T09:00", USUAL), At("2026-01-14T11:00", c.ReferBack(reason="asked to")),
              At("2026-01-15T12:00", clearance(dated=date(2026, 1, 15))), screening())
    given(*rested).when(ready()).then_decided("PROCEED")


def test_a_worsening_told_while_referred_back_begins_the_48_hours_anew() -> None:
    again = (*PAUSED, At("2026-01-13T09:00", USUAL), At("2026-01-14T11:00", c.ReferBack(reason="asked to")), WORSE,
             At("2026-01-15T12:00", clearance(dated=date(2026, 1, 15))), screening())
    given(*again).when(ready()).then_refused("pain_is_usual_since_the_pause")


def test_once_a_session_began_again_a_single_bad_answer_does_not_bring_the_wait_back() -> None:
    settled = (*SENT_BACK, At("2026-01-13T09:00", USUAL), At("2026-01-15T09:00", ready()), At("2026-01-20T09:00", BAD))
    given(*settled).when(ready(), "2026-01-21T09:00").then_admitted()


def test_an_emergency_at_the_start_is_acted_on_also_while_pain_is_not_usual_yet() -> None:
    given(*SENT_BACK).when(ready(bp=((190, 125),), bp_symptoms=True)).then_decided("EMERGENCY")
