"""After a pause training resumes with a share of the last tolerated volume, until a raise is earned from within it."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import Exercise, Tolerated
from tests.care.examples import BIKE, FINE, GATED, RELEASE, ROW, TRAINING, USUAL, WORSE, change, ready, session
from tests.care.scenario import At, Told, given

STEP = Exercise(name="step up", kind="LOCAL", sets=2, reps=10)
BALANCE = Exercise(name="balance", kind="LOCAL")
PLAN = c.DesignProgram(template="DOS-LO", exercises=(ROW, BIKE, STEP, BALANCE))
RESUMED = (*TRAINING[:-1], PLAN, *GATED[len(TRAINING):], At("2026-01-15T09:00", c.ResumeTraining(volume_percent=40)))
DESIGN, CHANGE = "programme_keeps_the_resumed_volume", "change_keeps_the_resumed_volume"
START = "programme_is_within_the_resumed_volume"
HALF = (replace(ROW, load_kg=8), replace(BIKE, minutes=4), replace(STEP, reps=4), BALANCE)


def programme(*exercises: Exercise) -> c.DesignProgram:
    return c.DesignProgram(template="DOS-LO", exercises=exercises)


def good(*days: int) -> list[At]:
    """Sessions as planned with a fine next morning."""
    return [step for day in days for step in (At(f"2026-01-{day:02}T10:00", session()),
                                              At(f"2026-01-{day + 1:02}T08:00", FINE))]


LOWERED = (*RESUMED, programme(*HALF))
EARNED_AGAIN = (*LOWERED, *good(16, 18))


def test_the_resume_states_what_its_share_is_a_share_of() -> None:
    given(*RESUMED).then(f.TrainingResumed, tolerated=(
        Tolerated(exercise="cable row", amount=900.0, unit="kg"),
        Tolerated(exercise="bike", amount=10.0, unit="minutes"),
        Tolerated(exercise="step up", amount=20.0, unit="repetitions"), Tolerated(exercise="balance")))


def test_a_programme_beyond_the_share_is_refused_with_every_number() -> None:
    within = programme(replace(ROW, load_kg=8), replace(BIKE, minutes=4), replace(STEP, reps=4), BALANCE)
    given(*RESUMED).when(within).then_admitted()
    seen = given(*RESUMED).when(programme(replace(ROW, load_kg=8.5), replace(BIKE, minutes=5), STEP)).then_refused(
        DESIGN).refusals[0].seen
    assert {key: value for key, value in seen.items() if key.startswith(("of", "value", "at_most"))} == {
        "of_1": "cable row (kg in all, sets x repetitions x load)", "value_1": 382.5, "at_most_1": 360.0,
        "of_2": "bike (minutes)", "value_2": 5, "at_most_2": 4.0,
        "of_3": "step up (repetitions in all)", "value_3": 20.0, "at_most_3": 8.0}
    assert seen["condition_1"] == "40 percent of the last tolerated volume, 900"


def test_the_share_is_of_the_volume_and_not_of_the_load() -> None:
    given(*RESUMED).when(programme(replace(ROW, sets=1, reps=15, load_kg=20))).then_admitted()
    given(*RESUMED).when(programme(replace(ROW, sets=2, reps=10, load_kg=20))).then_refused(DESIGN)


def test_an_exercise_of_which_nobody_stated_a_dose_is_not_compared() -> None:
    given(*RESUMED).when(programme(*HALF)).then_admitted()
    stated = programme(*HALF[:3], replace(BALANCE, sets=9, reps=9))
    given(*RESUMED).when(stated).then_refused("raises_of_a_new_programme_are_earned",
                                              "new_exercises_are_within_the_template")


@pytest.mark.parametrize(("added", "within"), [
    (Exercise(name="curl", kind="LOCAL", sets=1, reps=8), True),
    (Exercise(name="curl", kind="LOCAL", sets=1, reps=9), False),
    (Exercise(name="walk", kind="GLOBAL", minutes=12), True), (Exercise(name="walk", kind="GLOBAL", minutes=13), False),
    (Exercise(name="curl", kind="LOCAL"), False)])
def test_a_new_exercise_begins_with_the_share_of_its_template(added: Exercise, within: bool) -> None:
    scenario = given(*RESUMED).when(programme(*HALF, added))
    if within:
        scenario.then_admitted()
    else:
        seen = scenario.then_refused("new_exercises_are_within_the_template").refusals[0].seen
        assert seen["condition_1"] == "40 percent of the dose of DOS-LO"


def test_an_exercise_that_was_left_out_long_before_the_pause_comes_back_with_no_more_than_that() -> None:
    dropped = (*TRAINING, programme(BIKE), *GATED[len(TRAINING):], RESUMED[-1])
    given(*dropped).when(programme(replace(BIKE, minutes=4), ROW)).then_refused("new_exercises_are_within_the_template")


def test_a_step_down_is_always_taken_and_a_step_up_only_within_the_share() -> None:
    given(*RESUMED).when(change("load_kg", 15)).then_admitted()
    given(*RESUMED).when(change("load_kg", 21)).then_refused("raising_is_earned", CHANGE)
    lower = (*RESUMED, programme(replace(ROW, load_kg=7), *HALF[1:]))
    given(*lower).when(change("load_kg", 7.5)).then_refused("raising_is_earned")


def test_a_session_begins_on_a_programme_within_the_share_and_on_no_other() -> None:
    broken = given(*RESUMED).when(ready(), "2026-01-16T09:00").then_refused(START).refusals[0]
    assert [broken.seen[f"of_{number}"] for number in (1, 2, 3)] == [
        "cable row (kg in all, sets x repetitions x load)", "bike (minutes)", "step up (repetitions in all)"]
    assert (broken.seen["value_1"], broken.seen["at_most_1"]) == (900.0, 360.0)
    assert [each.what for each in broken.unlock] == [
        "a programme changed down to the share of the last tolerated volume"]
    given(*LOWERED).when(ready(), "2026-01-16T09:00").then_decided("PROCEED")


def test_two_good_sessions_within_the_share_earn_a_raise_beyond_it() -> None:
    given(*EARNED_AGAIN).when(change("load_kg", 8.5)).then(f.ProgramChanged, rule="PRG-01")
    given(*EARNED_AGAIN).when(programme(replace(HALF[0], load_kg=8.5), *HALF[1:])).then(
        f.ProgramDesigned, raised=("cable row",))


def test_what_is_earned_is_one_small_step_and_not_the_old_volume() -> None:
    given(*EARNED_AGAIN).when(change("load_kg", 20)).then_refused("raise_is_small")
    given(*EARNED_AGAIN).when(programme(ROW, *HALF[1:])).then_refused("raises_of_a_new_programme_are_small")


RAISED = (*EARNED_AGAIN, At("2026-01-20T09:00", change("load_kg", 8.5)))


def test_the_share_ends_for_each_exercise_with_its_own_raise() -> None:
    before = scenario_share(*EARNED_AGAIN)
    assert (scenario_share(*RAISED), before) == (["bike", "step up"], ["cable row", "bike", "step up"])
    assert scenario_share(*RAISED, *good(20, 22), change("minutes", 4.5, "bike")) == ["step up"]
    given(*RAISED, *good(20, 22), change("minutes", 4.5, "bike"), *good(24, 26), change("reps", 5, "step up")).also(
        lambda it: it.memory.share is None)


def scenario_share(*steps: Any) -> list[str]:
    """For which exercises the share counts now."""
    share = given(*steps).memory.share
    return [each.exercise for each in share.tolerated if each.amount and share.of(each.exercise)]


def test_after_one_raise_no_other_exercise_leaps_back() -> None:
    whole = programme(replace(HALF[0], load_kg=8.5), BIKE, *HALF[2:])
    given(*RAISED).when(whole).then_refused("raises_of_a_new_programme_are_earned", DESIGN)
    given(*RAISED).when(session(performed=(replace(ROW, load_kg=8.5), BIKE)), "2026-01-21T10:00").then_decided(
        "MODIFY", "STOP-08")
    given(*RAISED).when(session(performed=(replace(ROW, load_kg=8.5), HALF[1])), "2026-01-21T10:00").then_decided(
        "PROCEED")
    given(*RAISED).when(ready(), "2026-01-21T10:00").then_decided("PROCEED")


def test_an_exercise_that_was_left_out_comes_back_with_the_share_also_after_a_raise() -> None:
    without = (*RESUMED, programme(HALF[0], *HALF[2:]), *good(16, 18), At("2026-01-20T09:00", change("load_kg", 8.5)))
    kept = replace(HALF[0], load_kg=8.5)
    given(*without).when(programme(kept, BIKE, *HALF[2:])).then_refused(DESIGN)
    given(*without).when(programme(kept, *HALF[1:])).then_admitted()


@pytest.mark.parametrize(("planned", "refused"), [
    (replace(HALF[0], minutes=60), "cable row (minutes)"),
    (replace(HALF[1], sets=5, reps=20, load_kg=150), "bike (kg in all, sets x repetitions x load)")])
def test_a_dose_beside_the_one_that_was_tolerated_is_beyond_the_share(planned: Exercise, refused: str) -> None:
    rest = [each for each in HALF if each.name != planned.name]
    assert given(*RESUMED).when(programme(planned, *rest)).broken(DESIGN).seen["of_1"] == refused
    given(*RESUMED).when(session(performed=(planned,)), "2026-01-16T10:00").then_decided("MODIFY", "STOP-08")


def test_of_an_exercise_with_sets_and_minutes_both_are_held_to_the_share() -> None:
    both = replace(ROW, minutes=10)
    resumed = (*TRAINING[:-1], programme(both), *GATED[len(TRAINING):], RESUMED[-1])
    given(*resumed).then(f.TrainingResumed, tolerated=(
        Tolerated(exercise="cable row", amount=900.0, unit="kg"),
        Tolerated(exercise="cable row", amount=10.0, unit="minutes")))
    given(*resumed).when(programme(replace(both, load_kg=8, minutes=4))).then_admitted()
    given(*resumed).when(programme(replace(both, load_kg=8, minutes=4.5))).then_refused(DESIGN)


@pytest.mark.parametrize("history", [LOWERED, RAISED])
def test_an_exercise_that_is_not_planned_is_beyond_the_share_while_it_holds(history: tuple[Any, ...]) -> None:
    press = Exercise(name="leg press", kind="LOCAL", sets=1, reps=1)
    scenario = given(*history).when(session(performed=(HALF[1], press)), "2026-01-21T10:00")
    scenario.then(f.SessionRecorded).then_decided("MODIFY", "STOP-08")
    verdict = next(each.verdict for each in scenario.facts if isinstance(each, f.DecisionMade))
    assert next(each.named for each in verdict.inputs if each.name == "beyond_clearance_limit") == (
        'leg press: performed, and not planned (the condition "40 percent of the last tolerated volume")',)
    given(*TRAINING).when(session(performed=(press,))).then_decided("PROCEED")


def test_a_new_exercise_begins_with_the_share_of_its_template_until_what_is_planned_has_been_raised() -> None:
    curl, kept = Exercise(name="curl", kind="LOCAL", sets=2, reps=10), replace(HALF[0], load_kg=8.5)
    given(*RAISED).when(programme(kept, *HALF[1:], curl)).then_refused("new_exercises_are_within_the_template")
    only_row = (*RESUMED, programme(HALF[0]), *good(16, 18), At("2026-01-20T09:00", change("load_kg", 8.5)))
    given(*only_row).when(programme(kept, curl)).then_admitted()
    given(*only_row).when(programme(kept, replace(curl, minutes=300))).then_refused(
        "new_exercises_are_within_the_template")


def test_sessions_beyond_the_share_earn_nothing() -> None:
    given(*RESUMED, *good(16, 18)).when(change("load_kg", 20.5)).then_refused("raising_is_earned", CHANGE)
    listed = tuple(At(step.when, session(performed=(HALF[0],))) if isinstance(step.command, c.RecordSession) else step
                   for step in good(16, 18))
    seen = given(*RESUMED, *listed).when(change("load_kg", 20.5)).then_refused(CHANGE).refusals[0].seen
    assert [seen[f"value_{number}"] for number in (1, 2, 3)] == [922.5, 10, 20.0]


@pytest.mark.parametrize(("changed", "beyond"), [
    ({}, True), ({"performed": HALF}, False), ({"performed": (ROW,)}, True),
    ({"performed": (replace(ROW, sets=None),)}, True),
    ({"done": "changed"}, False), ({"performed": (BALANCE,)}, False),
    ({"done": "stopped early", "performed": (replace(BIKE, minutes=5),)}, True)])
def test_a_session_beyond_the_share_is_recorded_and_says_so(changed: dict[str, Any], beyond: bool) -> None:
    scenario = given(*RESUMED).when(session(**changed), "2026-01-16T10:00").then(f.SessionRecorded)
    decided = next(each.verdict for each in scenario.facts if isinstance(each, f.DecisionMade))
    assert decided.fired("STOP-08") is beyond
    assert decided.outcome == ("MODIFY" if beyond else "PROCEED")


def test_a_session_of_before_the_pause_is_not_held_to_the_share() -> None:
    late = At("2026-01-16T10:00", session(), occurred="2026-01-09T10:00")
    given(*RESUMED).when(late).then_decided("PROCEED")


def test_a_session_under_the_share_that_is_entered_after_the_raise_is_still_held_to_it() -> None:
    late = At("2026-01-20T10:00", session(performed=(ROW,)), occurred="2026-01-17T10:00")
    given(*EARNED_AGAIN, change("load_kg", 8.5)).when(late).then_decided("MODIFY", "STOP-08")


def test_correcting_something_else_does_not_make_a_session_lie_within_the_share() -> None:
    scenario = given(*RESUMED, *good(16), programme(*HALF), *good(18))
    version = scenario.version_of(f.SessionRecorded, back=2)
    scenario.and_given(c.AmendFact(version=version, corrected={"coach_observed": "calm"}, reason="left out"))
    scenario.when(change("load_kg", 8.5)).then_refused("raising_is_earned", CHANGE)
    performed = c.AmendFact(version=version, corrected={"performed": [
        {"name": "cable row", "kind": "LOCAL", "sets": 3, "reps": 15, "load_kg": 8}]}, reason="left out")
    scenario.and_given(performed).when(change("load_kg", 8.5)).then_admitted()


def test_a_second_pause_takes_its_share_of_what_was_allowed_and_not_of_what_was_written_down() -> None:
    again = (At("2026-01-20T09:00", WORSE), At("2026-01-21T09:00", USUAL), At("2026-01-22T09:00", RELEASE))
    scenario = given(*RESUMED, *again).when(c.ResumeTraining(volume_percent=50), "2026-01-23T09:00")
    scenario.then(f.TrainingResumed)
    resumed = next(each for each in scenario.facts if isinstance(each, f.TrainingResumed))
    assert [each.amount for each in resumed.tolerated] == [360.0, 4.0, 8.0, None]


def test_a_resume_that_the_first_version_recorded_holds_no_share_against_anything() -> None:
    since = GATED[-1].when if isinstance(GATED[-1], At) else ""
    scenario = given(*GATED)
    old = Told(f.TrainingResumed, phase=None, volume_percent=40, usual_since=scenario.utc(since), released_by="S. Berg")
    assert scenario.and_given(old).memory.shares == ()
