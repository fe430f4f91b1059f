"""Referral back, the way out of it, and what an emergency means."""

from __future__ import annotations

from datetime import date

import pytest

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import ClearanceForm, RedFlag
from aggregates.client_care.phases import Phase
from tests.care.examples import (
    DISCHARGED,
    MAINTAINED,
    PAUSED,
    REFERRED,
    SCREENED,
    TRAINING,
    WORSE,
    clearance,
    form,
    screening,
    session,
)
from tests.care.scenario import At, given

NEW = c.RecordAnswer(source="S. Berg", answer="new clearance",
                     clearance=ClearanceForm(**form(dated=date(2026, 1, 12), restrictions="none")))
EMERGENCY = c.ReportRedFlags(red_flags=(RedFlag(id="RF-E2"),))


def test_a_client_who_was_referred_back_waits_for_the_clinician_and_a_new_screening() -> None:
    refused = given(*REFERRED).when(session()).then_refused("client_is_not_referred_back").refusals[0]
    assert [(each.what, each.supplier) for each in refused.unlock] == [
        ("new clearance", "referral source"), ("a new screening", "the coach, with the client")]


def test_the_way_back_leads_over_the_clinician_then_screening_then_training() -> None:
    given(*REFERRED).when(NEW).then_phase(Phase.SCREENING).then(f.ClearanceGranted)
    given(*REFERRED, NEW).when(session()).then_refused("screening_is_complete")
    given(*REFERRED, NEW).when(screening()).then_phase(Phase.ACTIVE_TRAINING)


def test_the_word_to_resume_alone_leads_to_screening_and_a_clearance_is_asked_for_again() -> None:
    resume = c.RecordAnswer(source="S. Berg", answer="resume")
    given(*REFERRED, resume).then_phase(Phase.SCREENING).when(screening()).then_phase(Phase.MEDICAL_CLEARANCE)


def test_only_whoever_referred_or_cleared_the_client_answers_for_them() -> None:
    stranger = c.RecordAnswer(source="B. Stranger", answer="resume")
    given(*REFERRED).when(stranger).then_refused("answer_comes_from_the_referral_source")
    given(*PAUSED).when(stranger).then_refused("answer_comes_from_the_referral_source")
    given(*PAUSED).when(c.RecordAnswer(source="S. Berg", answer="resume")).then(f.ReferralSourceAnswered)


@pytest.mark.parametrize("answer", ["stop", "stay paused"])
def test_any_other_answer_leaves_the_client_with_the_clinician(answer: str) -> None:
    given(*REFERRED).when(c.RecordAnswer(source="S. Berg", answer=answer)).then_phase(  # type: ignore[arg-type]
        Phase.REFERRAL_BACK)


@pytest.mark.parametrize("history", [SCREENED, TRAINING, PAUSED, MAINTAINED])
def test_an_emergency_refers_back_from_every_phase_and_suspends_the_clearance(history: tuple[At, ...]) -> None:
    scenario = given(*history).when(EMERGENCY).then_decided("EMERGENCY", "RF-E2").then_phase(Phase.REFERRAL_BACK)
    if history is not SCREENED:
        scenario.then(f.ClearanceSuspended, rule="RF-E2")


def test_an_emergency_is_never_set_aside_and_neither_is_anything_else_yet() -> None:
    override = c.OverrideDecision(reason="the client feels fine", second_person="nils")
    given(*TRAINING, EMERGENCY).when(override).then_refused(
        "an_emergency_cannot_be_overridden", "the_row_allows_an_override")
    held = c.StartSession(temperature_c=38.1)
    scenario = given(*TRAINING, held).when(override).then_refused("the_row_allows_an_override")
    assert scenario.refusals[0].unlock[0].supplier == "the medical adviser"


def test_a_call_on_the_same_day_is_a_call_and_a_message_does_not_stand_for_it() -> None:
    scenario = given(*REFERRED)
    assert scenario.due("DL-05/phone") == "2026-01-12T23:59"
    message = c.ContactReferralSource(spoke_with="S. Berg", agreed="seen tomorrow", means="secure message")
    assert "DL-05/phone" in scenario.and_given(message).memory.deadlines
    call = c.ContactReferralSource(spoke_with="S. Berg", agreed="seen tomorrow", means="phone")
    scenario.when(call).then(f.DeadlineMet, id="DL-05/phone")


def test_a_message_is_contact_enough_in_a_pause() -> None:
    message = c.ContactReferralSource(spoke_with="S. Berg", agreed="pause", means="secure message")
    given(*PAUSED).when(message).then(f.DeadlineMet, id="DL-06/phone")


def test_a_referral_back_ends_the_follow_ups_of_the_pause_and_not_what_is_owed_to_the_clinician() -> None:
    scenario = given(*PAUSED).when(c.ReferBack(rule="EXA-03", reason="3 exacerbations within 90 days"))
    scenario.then_phase(Phase.REFERRAL_BACK)
    assert {each.partition("/")[0] for each in scenario.memory.deadlines} >= {"DL-05", "DL-06"}
    assert not {each for each in scenario.memory.deadlines if each.startswith(("DL-07", "DL-08"))}


def test_after_discharge_care_begins_anew_and_only_by_readmission() -> None:
    refused = given(*DISCHARGED).when(session()).then_refused("care_is_open").refusals[0]
    assert refused.unlock[0].what == "readmission, which begins with a new screening"
    scenario = given(*DISCHARGED).when(c.Readmit(reason="knee pain again")).then_phase(Phase.SCREENING)
    assert scenario.memory.clearance is None
    scenario.when(session()).then_refused("screening_is_complete")
    scenario.and_given(screening()).then_phase(Phase.MEDICAL_CLEARANCE).when(clearance()).then_phase(Phase.ACTIVE_TRAINING)


def test_readmission_is_for_who_was_discharged() -> None:
    given(*TRAINING).when(c.Readmit(reason="by mistake")).then_refused("step_belongs_to_this_phase")


@pytest.mark.parametrize(("retest", "kept"), [
    ({}, False), ({"NPRS": 2.0}, False), ({"NPRS": 0.0}, True), ({"NPRS": 5.0}, False)])
def test_goals_are_met_when_a_re_test_shows_the_gains(retest: dict[str, float], kept: bool) -> None:
    measured = (c.RecordMeasures(scores=retest),) if retest else ()
    scenario = given(*TRAINING, *measured).when(c.Discharge(reason="goals met"))
    if kept:
        scenario.then(f.ClientDischarged, rule="DSC-01").then_phase(Phase.DISCHARGED)
    else:
        scenario.then_refused("gains_are_kept_on_retest")


@pytest.mark.parametrize("history", [(), SCREENED, TRAINING, PAUSED, REFERRED, MAINTAINED])
def test_a_client_who_withdraws_consent_leaves_from_every_open_phase(history: tuple[At, ...]) -> None:
    begun = history or SCREENED[:1]
    given(*begun).when(c.WithdrawConsent(words="enough"), kind="client").then(f.ConsentWithdrawn).then_phase(
        Phase.DISCHARGED)


@pytest.mark.parametrize("history", [SCREENED[:1], SCREENED, TRAINING, PAUSED, REFERRED, MAINTAINED, DISCHARGED])
def test_a_release_is_given_and_taken_back_in_every_phase(history: tuple[At, ...]) -> None:
    release = c.RecordRelease(to="S. Berg", what="progress", until=date(2027, 1, 1))
    scenario = given(*history).when(release).then(f.ReleaseGiven)
    assert [each.to for each in scenario.memory.releases] == ["S. Berg"]
    scenario.when(c.WithdrawRelease(to="S. Berg"), kind="client").then(f.ReleaseWithdrawn, to="S. Berg")
    assert scenario.memory.releases == ()


def test_the_third_report_within_one_pause_still_waits_in_the_pause() -> None:
    given(*PAUSED, WORSE).when(WORSE).then_phase(Phase.EXACERBATION_PAUSE)
