"""Medical clearance: complete, from somebody who may give it, in force to its last day, and no wider than it says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import ClearanceForm, Effort, Exercise, Limit
from aggregates.client_care.phases import Phase
from tests.care.examples import (
    BIKE,
    CLEARED,
    REFERRED,
    ROW,
    SCREENED,
    TRAINING,
    WAITING,
    change,
    clearance,
    form,
    limited,
    register,
    screening,
    session,
)
from tests.care.scenario import At, given

LOAD = Limit(of="load", words="cable row at most 20 kg", at_most=20, unit="kg", exercise="cable row")
PRESSURE = Limit(of="resting_systolic", words="resting systolic at most 140", at_most=140, unit="mmHg")


def test_a_session_needs_a_clearance_and_the_refusal_says_who_gives_one() -> None:
    refused = given(*SCREENED).when(session()).then_refused("clearance_is_in_force").broken("clearance_is_in_force")
    assert refused.rule == "CLR-00"
    assert refused.seen == {"clearance": "none", "required": True}
    assert [(each.what, each.supplier) for each in refused.unlock] == [
        ("clearance from a physician, physical therapist or chiropractor", "referral source")]


@pytest.mark.parametrize(("field", "value", "missing"), [
    ("dated", None, "date"), ("signed", False, "signature"), ("diagnosis", "  ", "diagnosis by the issuer"),
    ("decision", None, "decision"), ("restrictions", None, "restrictions, or none"),
    ("restrictions", "no lifting overhead", "conditions")])
def test_a_clearance_with_a_part_missing_is_received_and_not_in_force(field: str, value: object, missing: str) -> None:
    given(*SCREENED).when(clearance(**{field: value})).then(f.ClearanceReceived, missing=(missing,)).then_not(
        f.ClearanceGranted).then_phase(Phase.MEDICAL_CLEARANCE)


def test_every_missing_part_is_named_at_once() -> None:
    given(*SCREENED).when(c.RecordClearance(issuer="S. Berg", profession="physician", decision="conditional")).then(
        f.ClearanceReceived,
        missing=("date", "signature", "diagnosis by the issuer", "restrictions, or none", "conditions"))


@pytest.mark.parametrize(("profession", "accepted"), [
    ("physician", True), ("Physical Therapist", True), (" chiropractor ", True), ("massage therapist", False)])
def test_only_an_accepted_profession_clears(profession: str, accepted: bool) -> None:
    scenario = given(*SCREENED).when(clearance(profession=profession))
    if accepted:
        scenario.then_phase(Phase.ACTIVE_TRAINING)
    else:
        assert scenario.then_refused("issuer_is_accepted").refusals[0].seen["profession"] == profession


def test_a_clearance_dated_today_is_taken_and_one_dated_tomorrow_is_not() -> None:
    today, tomorrow = date(2026, 1, 5), date(2026, 1, 6)
    given(*SCREENED).when(clearance(dated=today), "2026-01-05T23:59").then_phase(Phase.ACTIVE_TRAINING)
    given(*SCREENED).when(clearance(dated=tomorrow), "2026-01-05T23:59").then_refused("clearance_is_not_dated_ahead")
    far = clearance(dated=date(9999, 12, 31), expires=None)
    given(*SCREENED).when(far).then_refused("clearance_is_not_dated_ahead")


def test_a_clearance_that_ends_today_is_taken_and_one_that_ended_yesterday_is_not() -> None:
    given(*SCREENED).when(clearance(expires=date(2026, 3, 1)), "2026-03-01T09:00").then_phase(Phase.ACTIVE_TRAINING)
    given(*SCREENED).when(clearance(expires=date(2026, 3, 1)), "2026-03-02T00:00").then_refused(
        "clearance_has_not_expired")


def test_every_broken_rule_of_a_clearance_is_named_at_once() -> None:
    given(*SCREENED).when(clearance(profession="coach", dated=date(2025, 1, 1), expires=date(2025, 2, 1))).then_refused(
        "issuer_is_accepted", "clearance_has_not_expired")


@pytest.mark.parametrize(("onset", "until", "rule"), [
    (date(2025, 1, 5), date(2026, 4, 5), "CLR-04"), (date(2025, 1, 4), date(2027, 1, 5), "CLR-03")])
def test_without_an_end_the_onset_decides_how_long_a_clearance_counts(onset: date, until: date, rule: str) -> None:
    given(register(onset=onset), screening()).when(clearance(expires=None)).then(
        f.ClearanceGranted, valid_until=until, rule=rule)


def test_the_last_day_of_a_clearance_counts_to_its_last_minute() -> None:
    cleared = (*SCREENED, clearance(expires=date(2026, 3, 10)))
    given(*cleared).when(session(), "2026-03-10T23:59").then_admitted()
    late = given(*cleared).when(session(), "2026-03-11T00:00")
    late.then_refused("clearance_is_in_force").then(f.ClearanceLapsed, valid_until=date(2026, 3, 10)).then_phase(
        Phase.MEDICAL_CLEARANCE)


def test_a_suspended_clearance_is_answered_only_by_one_given_since() -> None:
    old, new = clearance(dated=date(2026, 1, 11)), clearance(dated=date(2026, 1, 12))
    refused = given(*WAITING).when(old).then_refused("clearance_is_newer_than_the_suspension")
    assert refused.refusals[0].seen == {
        "dated": "2026-01-11", "suspended_on": "2026-01-12", "on_record_before_it_was_told": False}
    given(*WAITING).when(new).then_phase(Phase.ACTIVE_TRAINING)
    given(*REFERRED).when(old).then_refused("clearance_is_newer_than_the_suspension")
    given(*REFERRED).when(new).then_phase(Phase.SCREENING)


def test_a_declined_clearance_refers_back_and_is_never_a_release() -> None:
    given(*SCREENED).when(clearance(decision="declined")).then(f.ClearanceDeclined).then_phase(Phase.REFERRAL_BACK)
    brought = ClearanceForm(**form(decision="declined", dated=date(2026, 1, 12)))
    given(*REFERRED).when(c.RecordAnswer(source="S. Berg", answer="new clearance", clearance=brought)).then_refused(
        "answer_agrees_with_its_clearance", keeps=f.ClearanceReceived)


@pytest.mark.parametrize(("changed", "rule"), [
    ({"profession": "coach"}, "answer_comes_from_an_accepted_issuer"),
    ({"signed": False}, "answer_brings_a_complete_clearance"),
    ({"dated": date(2026, 1, 14)}, "answer_is_not_dated_ahead"),
    ({"expires": date(2026, 1, 12)}, "answer_has_not_expired"),
    ({"dated": date(2026, 1, 11)}, "answer_is_newer_than_the_suspension")])
def test_a_clearance_that_comes_with_an_answer_keeps_to_every_rule_of_a_clearance(
        changed: dict[str, Any], rule: str) -> None:
    def answer(**fields: Any) -> At:
        return At("2026-01-13T09:00", c.RecordAnswer(
            source="S. Berg", answer="new clearance", clearance=ClearanceForm(**form(**fields))))

    keeps = f.ClearanceReceived if "signed" in changed else None
    given(*REFERRED).when(answer(**{"dated": date(2026, 1, 12), **changed})).then_refused(rule, keeps=keeps)
    given(*REFERRED).when(answer(dated=date(2026, 1, 12))).then_phase(Phase.SCREENING)


def test_a_new_clearance_is_not_recorded_without_one() -> None:
    given(*REFERRED).when(c.RecordAnswer(source="S. Berg", answer="new clearance")).then_refused(
        "answer_brings_a_complete_clearance")


def test_a_clinician_who_says_stop_grants_nothing_whatever_the_form_says() -> None:
    stop = c.RecordAnswer(source="S. Berg", answer="stop", clearance=ClearanceForm(**form(dated=None)))
    given(*TRAINING).when(stop).then_not(f.ClearanceGranted).then_phase(Phase.REFERRAL_BACK)


@pytest.mark.parametrize(("load", "within"), [(20.0, True), (20.5, False), (0.0, True)])
def test_an_exercise_is_planned_up_to_its_limit_and_no_further(load: float, within: bool) -> None:
    plan = c.DesignProgram(template="DOS-LO", exercises=(Exercise(name="Cable Row", kind="LOCAL", load_kg=load),))
    scenario = given(*SCREENED, limited(LOAD)).when(plan)
    if within:
        scenario.then_admitted()
    else:
        seen = scenario.then_refused("program_is_within_the_clearance").refusals[0].seen
        assert seen == {"condition_1": LOAD.words, "of_1": "Cable Row", "value_1": 20.5, "at_most_1": 20}


def test_an_exercise_that_does_not_say_what_is_limited_counts_as_outside() -> None:
    bend = Limit(of="range", words="no loaded knee flexion beyond 90", at_most=90, unit="degrees", region="knee")
    for exercise, within in (
            (Exercise(name="leg press", kind="LOCAL", load_kg=30, regions=("knee",), range_degrees=(0, 90)), True),
            (Exercise(name="leg press", kind="LOCAL", load_kg=30, regions=("knee",), range_degrees=(0, 91)), False),
            (Exercise(name="leg press", kind="LOCAL", load_kg=30, regions=("knee",)), False),
            (Exercise(name="leg press", kind="LOCAL", load_kg=30), False), (BIKE, True)):
        scenario = given(*SCREENED, limited(bend)).when(c.DesignProgram(template="DOS-LO", exercises=(exercise,)))
        assert (not scenario.refusals) is within, exercise


def test_a_banned_exercise_is_never_planned() -> None:
    ban = Limit(of="ban", words="no running", exercise="running")
    run = c.DesignProgram(template="DOS-HI", exercises=(Exercise(name="Running", kind="GLOBAL", minutes=1),))
    given(*SCREENED, limited(ban)).when(run).then_refused("program_is_within_the_clearance")


def test_a_change_of_the_programme_stays_within_the_clearance() -> None:
    lowered = (*SCREENED, limited(LOAD), c.DesignProgram(template="DOS-LO", exercises=(ROW,)))
    given(*lowered).when(change("load_kg", 19)).then_admitted()
    given(*lowered).when(change("load_kg", 21)).then_refused("raising_is_earned", "change_is_within_the_clearance")


@pytest.mark.parametrize(("systolic", "within"), [(140, True), (141, False)])
def test_a_session_begins_only_within_the_readings_that_the_clearance_allows(systolic: int, within: bool) -> None:
    scenario = given(*SCREENED, limited(PRESSURE)).when(c.StartSession(bp=((systolic, 80), (systolic, 80))))
    if within:
        scenario.then_admitted()
    else:
        scenario.then_refused("readings_are_within_the_clearance")


def test_an_emergency_at_the_start_is_acted_on_also_where_the_clearance_would_refuse_the_session() -> None:
    crisis = c.StartSession(bp=((190, 125),), bp_symptoms=True)
    for history in ((*SCREENED, limited(PRESSURE)), (*TRAINING, session(signed=False))):
        given(*history).when(crisis).then_decided("EMERGENCY", "VIT-04").then_phase(Phase.REFERRAL_BACK)


def test_symptoms_with_one_reading_in_the_crisis_are_an_emergency_although_the_mean_is_below() -> None:
    one_high = c.StartSession(bp=((190, 80), (160, 80)), bp_symptoms=True)
    given(*TRAINING).when(one_high).then_decided("EMERGENCY", "VIT-04")
    given(*TRAINING).when(c.StartSession(bp=((179, 119), (179, 119)), bp_symptoms=True)).then_decided("HOLD_SESSION")


def test_a_reading_that_the_clearance_limits_must_be_taken() -> None:
    given(*SCREENED, limited(PRESSURE)).when(c.StartSession()).then_decided("HOLD_SESSION", "VIT-16")


def test_a_programme_that_a_newer_limit_forbids_is_changed_before_the_next_session() -> None:
    tighter = c.RecordAnswer(source="S. Berg", answer="resume", new_limits=(
        Limit(of="load", words="row at most 10 kg", at_most=10, unit="kg", exercise="cable row"),))
    given(*TRAINING, tighter).when(c.StartSession()).then_refused("programme_is_still_within_the_clearance")
    given(*TRAINING, tighter, change("load_kg", 10)).when(c.StartSession()).then_admitted()


def test_effort_on_another_scale_than_the_limit_counts_as_beyond_it() -> None:
    effort = Limit(of="effort", words="at most 11 of 20", at_most=11, unit="borg_6_20")
    for scale, value, beyond in (("borg_6_20", 11, False), ("borg_6_20", 12, True), ("cr10", 3, True)):
        scenario = given(*SCREENED, limited(effort)).when(session(effort=Effort(value=value, scale=scale)))
        decided = next(each.verdict for each in scenario.facts if isinstance(each, f.DecisionMade))
        assert decided.fired("STOP-08") is beyond




def test_a_health_change_suspends_the_clearance_at_once() -> None:
    given(*CLEARED).when(c.ReportHealthChange(what="started a beta blocker")).then_decided(
        "REQUIRE_CLEARANCE", "CLR-06").then(f.ClearanceSuspended, rule="CLR-06").then_phase(Phase.MEDICAL_CLEARANCE)
