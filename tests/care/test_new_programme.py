"""A new programme is no way around the small steps: what was planned before is raised no faster than by a change."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import Exercise
from tests.care.examples import BIKE, EARNED, FINE, ROW, SCREENED, TRAINING, change, clearance, session
from tests.care.scenario import At, Told, given

EARNED_RULE, SMALL_RULE = "raises_of_a_new_programme_are_earned", "raises_of_a_new_programme_are_small"
ONE_RULE, TEMPLATE_RULE = "a_new_programme_raises_one_thing", "new_exercises_are_within_the_template"
CURL = Exercise(name="curl", kind="LOCAL", sets=2, reps=10, load_kg=4)


def programme(*exercises: Exercise, template: Any = "DOS-LO") -> c.DesignProgram:
    return c.DesignProgram(template=template, exercises=exercises)


def row(**changed: Any) -> Exercise:
    return replace(ROW, **changed)


def test_the_first_programme_is_free() -> None:
    first = programme(row(sets=5, reps=30, load_kg=80), BIKE)
    given(*SCREENED, clearance()).when(first).then(f.ProgramDesigned, raised=())


def test_a_new_programme_with_the_same_doses_or_lower_ones_needs_no_proof() -> None:
    for lower in (ROW, row(load_kg=10.0), row(reps=5, sets=2), row(load_kg=0.0)):
        given(*TRAINING).when(programme(lower, replace(BIKE, minutes=5.0))).then(f.ProgramDesigned, raised=())


@pytest.mark.parametrize("raised", [{"load_kg": 21.0}, {"reps": 16}, {"sets": 4}, {"range_degrees": (0, 90)}])
def test_a_new_programme_raises_only_what_is_earned(raised: dict[str, Any]) -> None:
    before = (*TRAINING[:-1], programme(row(range_degrees=(0, 80)), BIKE))
    earned = (*before, *EARNED[len(TRAINING):])
    plan = programme(row(**{"range_degrees": (0, 80), **raised}), BIKE)
    seen = given(*before).when(plan).then_refused(EARNED_RULE).refusals[0].seen
    assert (seen["sessions_that_went_well"], seen["needed"]) == (0, 2)
    assert str(seen["raise_1"]).startswith("cable row, ")
    given(*earned).when(plan).then(f.ProgramDesigned, raised=("cable row",))


@pytest.mark.parametrize(("load", "small"), [(20.39, False), (20.4, True), (22.0, True), (22.01, False)])
def test_a_new_programme_raises_a_load_by_two_to_ten_percent(load: float, small: bool) -> None:
    scenario = given(*EARNED).when(programme(row(load_kg=load), BIKE))
    if small:
        scenario.then_admitted()
    else:
        assert scenario.then_refused(SMALL_RULE).refusals[0].seen == {
            "raise_1": f"cable row, load from 20 to {load:g}", "least": 2, "most": 10}


def test_the_same_exercise_is_the_same_whatever_its_capitals_and_spaces() -> None:
    given(*EARNED).when(programme(row(name="Cable  ROW", load_kg=40.0))).then_refused(SMALL_RULE)
    given(*TRAINING).when(programme(ROW, row(name="Cable Row"))).then_refused("exercises_have_distinct_names")


def test_every_exercise_that_is_raised_is_named() -> None:
    refused = given(*TRAINING).when(programme(row(load_kg=40.0, reps=20), replace(BIKE, minutes=30.0)))
    refused.then_refused(EARNED_RULE, SMALL_RULE, ONE_RULE)
    assert list(refused.broken(ONE_RULE).seen.values()) == [
        "cable row, load from 20 to 40", "cable row, repetitions from 15 to 20", "bike, minutes from 10 to 30"]


def test_a_new_programme_raises_one_thing_at_a_time() -> None:
    given(*EARNED).when(programme(row(load_kg=21.0), replace(BIKE, minutes=11.0))).then_refused(ONE_RULE)
    given(*EARNED).when(programme(row(load_kg=21.0), replace(BIKE, minutes=5.0))).then_admitted()


def test_a_raise_by_a_new_programme_uses_up_what_earned_it() -> None:
    raised = At("2026-01-09T10:00", programme(row(load_kg=21.0), BIKE))
    given(*EARNED, raised).when(change("load_kg", 22)).then_refused("raising_is_earned")
    given(*EARNED, raised).when(programme(row(load_kg=22.0), BIKE)).then_refused(EARNED_RULE)
    again = (At("2026-01-12T10:00", session()), At("2026-01-13T08:00", FINE), At("2026-01-14T10:00", session()),
             At("2026-01-15T08:00", FINE))
    given(*EARNED, raised, *again).when(programme(row(load_kg=22.0), BIKE)).then_admitted()


def test_an_exercise_that_was_left_out_for_a_while_comes_back_with_its_last_dose() -> None:
    without = (*TRAINING, programme(BIKE))
    given(*without).when(programme(BIKE, row(load_kg=40.0))).then_refused(EARNED_RULE, SMALL_RULE)
    given(*without).when(programme(BIKE, ROW)).then_admitted()


def test_a_dose_that_is_stated_in_another_way_can_not_be_compared_and_is_refused() -> None:
    for other in (Exercise(name="cable row", kind="LOCAL", minutes=60), row(sets=None), row(load_kg=None)):
        seen = given(*EARNED).when(programme(other)).then_refused(SMALL_RULE).refusals[0].seen
        assert seen["raise_1"] == "cable row, its dose can't be compared with the one before"


OPEN = Exercise(name="step up", kind="LOCAL")
OPEN_DOSE = (*TRAINING[:-1], programme(OPEN))
OPEN_EARNED = (*OPEN_DOSE, *EARNED[len(TRAINING):])


def test_an_exercise_that_stated_no_dose_states_one_when_it_is_earned_and_within_the_template() -> None:
    stated, more = replace(OPEN, sets=2, reps=10), replace(OPEN, sets=2, reps=11)
    seen = given(*OPEN_DOSE).when(programme(stated)).then_refused(EARNED_RULE).refusals[0].seen
    assert seen["raise_1"] == "step up, its dose, stated for the first time"
    given(*OPEN_EARNED).when(programme(more)).then_refused(TEMPLATE_RULE)
    given(*OPEN_EARNED).when(programme(stated)).then(f.ProgramDesigned, raised=("step up",))


@pytest.mark.parametrize(("what", "within", "beyond"), [("sets", 2, 3), ("reps", 10, 11), ("minutes", 30, 31)])
def test_a_number_where_there_was_none_is_a_raise_within_the_template(what: str, within: int, beyond: int) -> None:
    given(*OPEN_DOSE).when(change(what, within, "step up")).then_refused("raising_is_earned")
    given(*OPEN_EARNED).when(change(what, beyond, "step up")).then_refused("a_first_dose_is_within_the_template")
    given(*OPEN_EARNED).when(change(what, within, "step up")).then(f.ProgramChanged, rule="PRG-01")


def test_a_range_where_there_was_none_is_a_raise() -> None:
    given(*TRAINING).when(change("range_degrees", (0, 140))).then_refused("raising_is_earned")
    given(*EARNED).when(change("range_degrees", (0, 140))).then_admitted()


@pytest.mark.parametrize(("added", "within"), [
    (CURL, True), (replace(CURL, reps=11), False), (replace(CURL, sets=1, reps=20), True),
    (Exercise(name="treadmill", kind="GLOBAL", minutes=30), True),
    (Exercise(name="treadmill", kind="GLOBAL", minutes=31), False), (Exercise(name="step up", kind="LOCAL"), False),
    (Exercise(name="leg press", kind="LOCAL", load_kg=200), False), (replace(CURL, minutes=31), False)])
def test_an_exercise_that_a_later_programme_adds_begins_within_its_template(added: Exercise, within: bool) -> None:
    scenario = given(*TRAINING).when(programme(ROW, BIKE, added))
    if within:
        scenario.then_admitted()
    else:
        assert scenario.then_refused(TEMPLATE_RULE).refusals[0].seen["condition_1"] == "the dose of DOS-LO"


def test_the_high_dose_template_allows_more_of_a_new_exercise() -> None:
    more = replace(CURL, sets=3, reps=30)
    given(*TRAINING).when(programme(ROW, BIKE, more)).then_refused(TEMPLATE_RULE)
    given(*TRAINING).when(programme(ROW, BIKE, more, template="DOS-HI")).then_admitted()


def test_a_raise_that_the_first_version_took_counts_as_none_and_stays() -> None:
    doubled = Told(f.ProgramDesigned, template="DOS-LO", exercises=(row(load_kg=40),), rule="DOS-LO")
    scenario = given(*EARNED, doubled)
    assert scenario.memory.raised_at is None
    assert scenario.memory.program["cable row"].load_kg == 40
    scenario.when(change("load_kg", 41.0)).then_admitted()


@pytest.mark.parametrize(("load", "small"), [(1, True), (2, True), (2.5, False)])
@pytest.mark.parametrize("without", [None, 0.0])
def test_an_exercise_without_a_load_begins_with_a_small_one_when_it_is_earned(
        load: float, small: bool, without: float | None) -> None:
    squat = Exercise(name="squat", kind="LOCAL", sets=2, reps=10, load_kg=without)
    begun = (*TRAINING[:-1], programme(squat))
    earned = (*begun, *EARNED[len(TRAINING):])
    loaded = programme(replace(squat, load_kg=load))
    for history, step, rule in ((begun, change("load_kg", 1, "squat"), "raising_is_earned"),
                                (begun, programme(replace(squat, load_kg=1)), EARNED_RULE)):
        given(*history).when(step).then_refused(rule)
    for step, rule in ((change("load_kg", load, "squat"), "raise_is_small"), (loaded, SMALL_RULE)):
        scenario = given(*earned).when(step)
        if small:
            scenario.then_admitted()
        else:
            scenario.then_refused(rule)
