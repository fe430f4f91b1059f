"""A newer clearance that is incomplete may allow less: no session begins until the clinician has said what is meant."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import ClearanceForm, Limit
from aggregates.client_care.phases import Phase
from tests.care.examples import (
    BIKE,
    DISCHARGED,
    ROW,
    SCREENED,
    TRAINING,
    WORSE,
    clearance,
    form,
    limited,
    screening,
    session,
)
from tests.care.scenario import At, Told, given

NEWER = {"dated": date(2026, 1, 12)}
UNSIGNED = At("2026-01-12T09:00", clearance(signed=False, **NEWER))
HELD = (*TRAINING, UNSIGNED)
START = c.StartSession()
REFUSED = "no_newer_clearance_is_unclear"
RESUME = c.RecordAnswer(source="S. Berg", answer="resume", words="as before")


@pytest.mark.parametrize(("changed", "missing"), [
    ({"signed": False}, "signature"), ({"diagnosis": ""}, "diagnosis by the issuer"), ({"decision": None}, "decision"),
    ({"restrictions": None}, "restrictions, or none"), ({"restrictions": "no lifting overhead"}, "conditions"),
    ({"decision": "conditional"}, "conditions"),
    ({"conditions": (Limit(of="load", words="light loads"),)}, "the number of each condition")])
def test_no_session_begins_while_a_newer_clearance_is_incomplete(changed: dict[str, Any], missing: str) -> None:
    paper = At("2026-01-12T09:00", clearance(issuer="Dr Other", **{**NEWER, **changed}))
    scenario = given(*TRAINING, paper).then_phase(Phase.ACTIVE_TRAINING)
    scenario.then(f.ClearanceReceived, missing=(missing,)).then_not(f.ClearanceGranted)
    refused = scenario.when(START).then_refused(REFUSED).broken(REFUSED)
    assert refused.rule == "CLR-14"
    assert refused.seen == {
        "clearance_1": f"from Dr Other, dated 2026-01-12, received on 2026-01-12; it lacks: {missing}"}
    assert [(each.what, each.supplier) for each in refused.unlock] == [
        (f"of the clearance from Dr Other: {missing}", "whoever issued it"),
        ("the referral source's word to resume, given since", "referral source")]


def test_a_clearance_that_says_full_and_states_its_conditions_in_numbers_is_granted_with_them() -> None:
    limit = Limit(of="training_heart_rate", words="at most 120", at_most=120, unit="beats per minute")
    paper = clearance(restrictions="heart rate up to 120", conditions=(limit,), **NEWER)
    given(*TRAINING).when(paper, "2026-01-12T09:00").then(f.ClearanceGranted, limits=(limit,))


def test_a_session_that_was_held_meanwhile_is_recorded_all_the_same_and_says_so() -> None:
    given(*HELD).when(session()).then(f.SessionRecorded).then_phase(Phase.ACTIVE_TRAINING).then_decided(
        "MODIFY", "SES-08")
    given(*HELD, clearance(**NEWER)).when(session()).then(f.SessionRecorded).then_decided("PROCEED")


def test_an_emergency_at_the_start_is_acted_on_whatever_paper_came() -> None:
    given(*HELD).when(c.StartSession(bp=((190, 125),), bp_symptoms=True)).then_decided("EMERGENCY")


def test_the_complete_clearance_ends_the_hold() -> None:
    given(*HELD, clearance(**NEWER)).when(START).then_admitted()
    ban = Limit(of="ban", words="no running", exercise="running")
    stricter = At("2026-01-13T09:00", limited(ban, dated=date(2026, 1, 13), issuer="Dr Other"))
    given(*HELD, stricter).when(START).then_admitted()


def test_the_referral_sources_word_to_resume_ends_the_hold_and_one_from_before_the_paper_does_not() -> None:
    given(*HELD, RESUME).when(START).then_admitted()
    before = At("2026-01-12T12:00", RESUME, occurred="2026-01-11T12:00")
    given(*HELD, before).when(START).then_refused(REFUSED)


def test_a_clearance_that_comes_with_the_answer_ends_the_hold() -> None:
    brought = ClearanceForm(**form(dated=date(2026, 1, 13)))
    answer = At("2026-01-13T09:00", c.RecordAnswer(source="S. Berg", answer="new clearance", clearance=brought))
    given(*HELD, answer).when(START).then_admitted()


def test_a_clearance_from_before_the_incomplete_one_does_not_end_the_hold() -> None:
    older = At("2026-01-13T09:00", clearance(dated=date(2026, 1, 11), issuer="Dr Other"))
    given(*HELD, older).when(START).then_refused(REFUSED)


def test_the_clearance_in_force_entered_once_more_does_not_end_the_hold() -> None:
    given(*HELD, clearance()).when(START).then_refused(REFUSED)
    same_day = (*TRAINING, At("2026-01-05T20:00", clearance(signed=False)))
    given(*same_day, clearance()).when(START).then_refused(REFUSED)


def test_every_incomplete_clearance_has_to_be_cleared_up() -> None:
    other = At("2026-01-13T09:00", clearance(dated=date(2026, 1, 13), issuer="Dr Other", diagnosis=""))
    scenario = given(*HELD, other, At("2026-01-13T10:00", clearance(**NEWER)))
    seen = scenario.when(START).then_refused(REFUSED).broken(REFUSED).seen
    assert list(seen.values()) == [
        "from Dr Other, dated 2026-01-13, received on 2026-01-13; it lacks: diagnosis by the issuer"]


def test_an_old_incomplete_clearance_that_is_entered_late_holds_nothing() -> None:
    old = At("2026-01-12T09:00", clearance(signed=False, dated=date(2026, 1, 4)))
    given(*TRAINING, old).when(START).then_admitted()


def test_of_two_papers_of_one_day_the_one_that_came_later_counts() -> None:
    came_first = At("2026-01-12T09:00", clearance(signed=False), occurred="2026-01-05T10:30")
    came_later = At("2026-01-12T09:00", clearance(signed=False), occurred="2026-01-05T20:00")
    given(*TRAINING, came_first).when(START).then_admitted()
    given(*TRAINING, came_later).when(START).then_refused(REFUSED)
    before = At("2026-01-12T12:00", clearance(issuer="Dr Other", **NEWER), occurred="2026-01-12T08:00")
    given(*HELD, before).when(START).then_refused(REFUSED)


def test_a_clearance_without_a_date_is_as_new_as_the_day_on_which_it_came() -> None:
    undated = clearance(dated=None, issuer="Dr Other")
    late = At("2026-01-12T09:00", undated, occurred="2026-01-05T10:30")
    given(*TRAINING, late).when(START).then_admitted()
    held = (*TRAINING, At("2026-01-12T09:00", undated))
    given(*held).when(START).then_refused(REFUSED)
    completed = clearance(dated=date(2026, 1, 10), issuer="Dr Other")
    somebody_else = clearance(dated=date(2026, 1, 10))
    given(*held, completed).when(START).then_admitted()
    given(*held, somebody_else).when(START).then_refused(REFUSED)
    given(*held, clearance(dated=date(2026, 1, 12))).when(START).then_admitted()


def test_a_clearance_of_the_first_version_has_no_time_of_arrival_and_a_paper_of_its_day_holds() -> None:
    granted = Told(f.ClearanceGranted, phase=Phase.ACTIVE_TRAINING, issuer="S. Berg", profession="physician",
                   valid_from=date(2026, 1, 5), valid_until=date(2026, 12, 31), limits=(), rule="CLR-01")
    for changed, held in (({}, True), ({"dated": date(2026, 1, 4)}, False), ({"dated": None}, True)):
        paper = At("2026-01-06T09:00", clearance(signed=False, **changed))
        scenario = given(*SCREENED, granted, paper).when(START)
        assert [each.name for each in scenario.refusals] == ([REFUSED] if held else [])
    before_it = At("2026-01-06T09:00", clearance(signed=False, dated=None), occurred="2026-01-04T20:00")
    given(*SCREENED, granted, before_it).when(START).then_admitted()


def test_an_incomplete_clearance_that_came_before_the_first_complete_one_still_counts_if_it_is_the_newer() -> None:
    newer = At("2026-01-12T09:00", clearance(signed=False, issuer="Dr Other", dated=date(2026, 1, 11)))
    first = At("2026-01-12T10:00", clearance(dated=date(2026, 1, 10)))
    given(*SCREENED, newer, first).then_phase(Phase.ACTIVE_TRAINING).when(START).then_refused(REFUSED)


def test_a_clinician_who_declines_has_said_what_is_meant_and_a_clearance_since_leads_on() -> None:
    declined = At("2026-01-13T09:00", clearance(decision="declined", dated=date(2026, 1, 13)))
    again = At("2026-01-14T09:00", clearance(dated=date(2026, 1, 14)))
    assert given(*HELD, declined).memory.unclear == ()
    scenario = given(*HELD, declined, again, screening())
    scenario.then_phase(Phase.ACTIVE_TRAINING).when(START).then_admitted()


def test_readmission_begins_without_old_papers() -> None:
    history = (*DISCHARGED[:-1], UNSIGNED, c.Discharge(reason="other"), c.Readmit(reason="back again"))
    assert given(*history).memory.unclear == ()


def test_a_pause_and_its_end_do_not_clear_up_a_paper_that_came_after_the_release() -> None:
    paused = (*TRAINING, At("2026-01-12T09:00", WORSE), At("2026-01-13T09:00", c.RecordFollowUp(pain=2, usual=True)),
              At("2026-01-14T09:00", RESUME))
    paper = At("2026-01-14T12:00", clearance(signed=False, dated=date(2026, 1, 14)))
    back = (At("2026-01-15T09:00", c.ResumeTraining(volume_percent=50)), c.DesignProgram(
        template="DOS-LO", exercises=(replace(ROW, load_kg=10), replace(BIKE, minutes=5))))
    given(*paused, paper, *back).when(START).then_refused(REFUSED)
    given(*paused, *back).when(START).then_admitted()


FIVE_KILOS = form(decision="conditional", restrictions="at most 5 kg", **NEWER)
NO = {"decision": "declined", **NEWER}
TOMORROW = {"dated": date(2026, 1, 13)}


@pytest.mark.parametrize(("command", "rules", "lacks"), [
    (c.RecordAnswer(source="S. Berg", answer="resume", clearance=ClearanceForm(**FIVE_KILOS)),
     ["answer_brings_a_complete_clearance"], "conditions"),
    (c.RecordAnswer(source="S. Berg", answer="resume", clearance=ClearanceForm(**form(**NO))),
     ["answer_agrees_with_its_clearance"], "an answer that agrees with it"),
    (clearance(profession="nurse practitioner", **NO), ["issuer_is_accepted"], "an issuer of an accepted profession"),
    (clearance(decision="declined", **TOMORROW), ["clearance_is_not_dated_ahead"], "a date that is not ahead"),
    (clearance(decision="conditional", **TOMORROW), ["clearance_is_not_dated_ahead"],
     "conditions, a date that is not ahead"),
    (limited(Limit(of="load", words="at most 5 kg", at_most=5, unit="kg"), **TOMORROW),
     ["clearance_is_not_dated_ahead"], "a date that is not ahead")])
def test_a_paper_that_may_allow_less_holds_the_start_also_where_it_is_refused(
        command: c.Command, rules: list[str], lacks: str) -> None:
    refused = given(*TRAINING).when(command, "2026-01-12T09:00")
    refused.then_refused(*rules, keeps=f.ClearanceReceived).then_phase(Phase.ACTIVE_TRAINING)
    seen = refused.when(START).then_refused(REFUSED).broken(REFUSED).seen["clearance_1"]
    assert str(seen).endswith(f"it lacks: {lacks}")
    refused.when(RESUME).when(START).then_admitted()


@pytest.mark.parametrize("command", [
    clearance(profession="nurse practitioner", **NEWER), clearance(profession="coach", signed=False, **NEWER),
    clearance(**TOMORROW), clearance(expires=date(2026, 1, 11)),
    c.RecordAnswer(source="S. Berg", answer="new clearance")])
def test_a_refused_paper_that_takes_nothing_away_holds_nothing(command: c.Command) -> None:
    scenario = given(*TRAINING).when(command, "2026-01-12T09:00")
    assert [type(each) for each in scenario.facts] == [f.CommandRefused]
    scenario.when(START).then_admitted()


def test_after_discharge_no_paper_is_kept() -> None:
    given(*DISCHARGED).when(clearance(decision="declined", **NEWER), "2026-01-12T09:00").then_refused("care_is_open")


def test_the_true_paper_of_a_day_that_was_mistyped_as_tomorrow_is_taken_when_that_day_comes() -> None:
    ahead = At("2026-01-12T09:00", clearance(decision="declined", **TOMORROW))
    scenario = given(*TRAINING).when(ahead).when(c.ReportHealthChange(what="an operation"), "2026-01-13T08:00")
    scenario.when(clearance(**TOMORROW), "2026-01-13T09:00").then_phase(Phase.ACTIVE_TRAINING)


def test_the_complete_paper_of_the_same_issuer_completes_one_without_a_date_or_with_a_mistyped_one() -> None:
    undated = At("2026-01-12T09:00", clearance(dated=None))
    given(*TRAINING, undated, clearance()).when(START).then_admitted()
    given(*HELD, clearance(dated=date(2026, 1, 10))).when(START).then_admitted()
    given(*HELD, clearance(dated=date(2026, 1, 10), issuer="Dr Other")).when(START).then_refused(REFUSED)
    came_before = At("2026-01-12T12:00", clearance(dated=date(2026, 1, 10)), occurred="2026-01-11T12:00")
    given(*HELD, came_before).when(START).then_refused(REFUSED)


def test_a_paper_that_turns_out_older_than_the_clearance_in_force_holds_no_longer() -> None:
    newer = At("2026-01-10T09:00", clearance(issuer="Dr Other", dated=date(2026, 1, 10)))
    undated = At("2026-01-12T09:00", clearance(dated=None))
    completed = given(*TRAINING, newer, undated, clearance(dated=date(2026, 1, 8)))
    assert completed.memory.clearance.issuer == "Dr Other"
    completed.when(START).then_admitted()
