"""What breaks no rule and should be noticed: a condition that meets nothing, a share, what a paper lacks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from aggregates.client_care import commands as c
from aggregates.client_care.contents import Exercise, Limit
from projections.narrative import tell
from projections.notices import notices
from tests.care.examples import BIKE, CLEARED, GATED, RESUME, ROW, SCREENED, TRAINING, clearance, limited
from tests.care.office import PRACTICE, a_desk
from tests.care.scenario import At, Scenario, given
from tests.cli.support import met
from workflow.engine.standing import standing

TYPED_WRONG = Limit(of="load", words="row at most 10 kg", at_most=10, unit="kg", exercise="cable rwo")
NECK = Limit(of="ban", words="nothing for the neck", region="neck")
PLAN = c.DesignProgram(template="DOS-LO", exercises=(ROW, BIKE))
WRONG = ('the condition "row at most 10 kg" names the exercise "cable rwo", and no exercise of the programme has that '
         "name; make sure that it is no typing error")


def seen(scenario: Scenario) -> list[str]:
    return notices(scenario.memory)


def test_a_condition_whose_words_hold_another_number_than_the_one_that_is_checked_is_noticed() -> None:
    slipped = Limit(of="resting_systolic", words="resting systolic at most 160", at_most=16 * 9, unit="mmHg")
    assert seen(given(*TRAINING, limited(slipped))) == [
        'the condition "resting systolic at most 160" is checked as resting systolic at most 144 mmHg, a number that '
        "its words do not name; make sure that it is no typing error"]
    for words in ("resting systolic at most 144", "below 144,0 at rest", "as written by the clinician"):
        assert seen(given(*TRAINING, limited(replace(slipped, words=words)))) == []


def test_a_condition_on_an_exercise_that_nobody_planned_is_noticed() -> None:
    assert seen(given(*SCREENED, limited(TYPED_WRONG), PLAN)) == [WRONG]
    assert seen(given(*TRAINING, limited(TYPED_WRONG))) == [WRONG]
    answer = c.RecordAnswer(source="S. Berg", answer="resume", new_limits=(TYPED_WRONG,))
    assert seen(given(*TRAINING, answer)) == [WRONG]


def test_a_condition_on_a_region_that_no_exercise_is_of_is_noticed() -> None:
    assert seen(given(*SCREENED, limited(NECK), PLAN)) == [
        'the condition "nothing for the neck" is about the region neck, and no exercise of the programme is of it; '
        "make sure that it is no typing error"]
    regionless = c.DesignProgram(template="DOS-LO", exercises=(replace(BIKE, regions=()),))
    assert seen(given(*SCREENED, limited(replace(NECK, of="range", at_most=30, unit="degrees")), regionless)) == []


@pytest.mark.parametrize("limit", [
    replace(TYPED_WRONG, exercise="Cable  Row", at_most=20, words="row at most 20 kg"),
    Limit(of="range", words="knee to 90", at_most=90, unit="degrees", region="knee"),
    Limit(of="load", words="at most 20 kg", at_most=20, unit="kg"),
    Limit(of="effort", words="no more than light", at_most=11, unit="borg_6_20", exercise="sled"),
    Limit(of="training_heart_rate", words="at most 120", at_most=120, unit="beats per minute")])
def test_a_condition_that_meets_an_exercise_or_the_person_is_not(limit: Limit) -> None:
    assert seen(given(*SCREENED, limited(limit), PLAN)) == []


def test_nothing_is_noticed_before_anything_is_planned_nor_where_the_clearance_does_not_count() -> None:
    assert seen(given(*SCREENED, limited(TYPED_WRONG))) == []
    ended: Sequence[c.Command] = (c.ReportHealthChange(what="an operation"), c.Discharge(reason="other"))
    for command in ended:
        assert seen(given(*SCREENED, limited(TYPED_WRONG), PLAN, command)) == []


def test_the_volume_that_is_allowed_after_a_resume_is_told() -> None:
    balance = Exercise(name="balance", kind="LOCAL")
    plan = c.DesignProgram(template="DOS-LO", exercises=(ROW, balance))
    resumed = given(*CLEARED, plan, *GATED[len(TRAINING):], At("2026-01-15T09:00", RESUME))
    row = "cable row: at most 450 kg in all, sets x repetitions x load (900 planned before the pause)"
    none = "balance: its dose was not stated before the pause, so no share of it can be worked out"
    now = "volume allowed now, 50 percent of the last tolerated until a raise is earned: "
    beyond = ("the programme lies beyond the volume allowed now: cable row; no session begins until it is changed down "
              "to it")
    assert seen(resumed) == [now + row, now + none, beyond]
    assert tell(resumed.facts[0]).details[2:] == (
        f"allowed until a raise is earned: {row}", f"allowed until a raise is earned: {none}")
    lowered = c.DesignProgram(template="DOS-LO", exercises=(replace(ROW, load_kg=10), balance))
    assert seen(resumed.and_given(lowered)) == [now + row, now + none]


def test_show_and_do_say_it_and_what_an_incomplete_clearance_lacks(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        for step in (*SCREENED, limited(TYPED_WRONG), PLAN):
            assert not desk.ask(step.command if isinstance(step, At) else step).refused
        assert not desk.ask(clearance(signed=False, issuer="Dr Other", dated=date(2026, 1, 5))).refused
        lacks = ("of the clearance from Dr Other, dated 2026-01-05: signature (from Dr Other; the referral source's "
                 "word to resume, given since, settles it too)")
        assert standing(desk.office.door(PRACTICE), "client-a", rehearsal=True).missing == [lacks]
    asked = ("client-a", "--practice", PRACTICE, "--as", "anna")
    shown = met("show", *asked, home=tmp_path)
    assert f"notice: {WRONG}" in shown.out
    assert f"missing: {lacks}" in shown.out
    assert "CLR-14: no session begins while a newer clearance is incomplete" in shown.out
    plan = json.dumps({"template": "DOS-LO", "exercises": [{"name": "cable row", "kind": "LOCAL", "sets": 3, "reps": 15,
                                                            "load_kg": 20}]})
    done = met("do", asked[0], "design_program", *asked[1:], "--json", plan, home=tmp_path)
    assert f"notice: {WRONG}" in done.out
