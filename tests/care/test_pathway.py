"""Every step from every phase: a table written by hand says which exist, and all the others are tried and refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import Deadline
from aggregates.client_care.pathway import MOVES, PATHWAY
from aggregates.client_care.phases import Phase
from aggregates.kernel.messages import Command
from tests.care import examples as e
from tests.care.model import AT_ONCE_ONLY, BEFORE_REGISTRATION, KNOWN, NAMES, SAMPLES, UNREGISTERED, WAITS, WALK
from tests.care.scenario import Scenario, Told, given

HISTORIES = {"S": e.SCREENED[:1], "M": e.SCREENED, "A": e.TRAINING, "P": e.PAUSED, "R": e.REFERRED, "F": e.MAINTAINED,
             "D": e.DISCHARGED}
PAIRS = [(phase, name) for phase in NAMES for name in KNOWN]
FORBIDDEN = [(phase, name) for phase, name in PAIRS if phase not in KNOWN[name] or phase in AT_ONCE_ONLY.get(name, "")]


def test_the_table_names_every_phase_and_every_command() -> None:
    commands = {each.__name__ for each in vars(c).values() if isinstance(each, type) and issubclass(each, Command)}
    assert set(KNOWN) == set(SAMPLES) == commands - {"Command"}
    assert set(NAMES.values()) == {each.value for each in Phase}
    assert len(FORBIDDEN) >= 59


@pytest.mark.parametrize(("phase", "name"), PAIRS)
def test_the_pathway_knows_a_step_exactly_where_the_table_does(phase: str, name: str) -> None:
    assert PATHWAY.knows(Phase(NAMES[phase]), type(SAMPLES[name])) is (phase in KNOWN[name])


@pytest.mark.parametrize(("phase", "name"), FORBIDDEN)
def test_a_step_that_does_not_exist_is_refused_for_what_the_phase_waits_for(phase: str, name: str) -> None:
    scenario = given(*HISTORIES[phase]).then_phase(Phase(NAMES[phase]))
    scenario.when(SAMPLES[name]).then_refused(WAITS[phase]).then_phase(Phase(NAMES[phase]))
    assert scenario.facts[0].meta.phase == NAMES[phase]


@pytest.mark.parametrize("name", sorted(set(KNOWN) - {"LetTimePass"}))
def test_before_the_client_is_registered_every_step_but_registering_is_refused(name: str) -> None:
    scenario = given().when(SAMPLES[name])
    if name in BEFORE_REGISTRATION:
        scenario.then_admitted()
        return
    refused = scenario.then_refused(UNREGISTERED).broken(UNREGISTERED)
    assert (refused.rule, [each.what for each in refused.unlock]) == ("CARE-05", ["register the client"])
    scenario.when(e.register()).then_admitted().when(SAMPLES[name])
    assert UNREGISTERED not in [each.name for each in scenario.refusals]


def test_before_the_client_is_registered_time_does_nothing() -> None:
    (refused,) = given().when(SAMPLES["LetTimePass"]).by_time
    assert isinstance(refused, f.CommandRefused)
    assert [each.name for each in refused.broken] == [UNREGISTERED]


def test_what_an_older_log_holds_from_before_registration_falls_due_once_the_client_is_registered() -> None:
    due = Scenario.utc("2026-01-05T10:00")
    call = Deadline(id="DL-05/1", rule="DL-05", what="call", due_at=due, owner="coach")
    older = given(Told(f.DeadlineSet, deadline=call))
    older.when(SAMPLES["RecordStatement"], "2026-01-06T09:00").then_refused(UNREGISTERED)
    assert older.by_time == []
    older.when(e.register()).then_admitted()
    assert older.by_time == []
    older.when(SAMPLES["RecordStatement"]).then(f.DeadlineFellDue)


def test_red_flags_told_before_registration_are_kept_in_the_refusal_and_decide_nothing() -> None:
    told = given().when(SAMPLES["ReportAdverseResponse"]).when(WALK["flag"][0]).then_refused(UNREGISTERED)
    (refused,) = told.facts
    assert isinstance(refused, f.CommandRefused)
    assert refused.asked["red_flags"][0]["id"] == "RF-E1"
    told.when(e.register()).then_admitted().then_phase(Phase.SCREENING)


@pytest.mark.parametrize(("phase", "name"), sorted(set(PAIRS) - set(FORBIDDEN)))
def test_a_step_that_exists_is_never_refused_for_what_the_phase_waits_for(phase: str, name: str) -> None:
    scenario = given(*HISTORIES[phase]).when(SAMPLES[name])
    assert WAITS[phase] not in [each.name for each in scenario.refusals]


@pytest.mark.parametrize("step", WALK)
@pytest.mark.parametrize("phase", NAMES)
def test_a_step_leads_where_the_table_says_and_nowhere_else(phase: str, step: str) -> None:
    command, leads = WALK[step]
    scenario = given(*HISTORIES[phase]).when(command)
    if phase not in leads:
        scenario.then_refused(WAITS[phase])
    elif step == "morning":
        scenario.then_refused("a_session_came_before")
    elif step == "resume":
        scenario.then_refused("referral_source_has_released", "usual_pain_for_48_hours")
    elif (phase, step) == ("R", "cleared"):
        scenario.then_refused("clearance_is_newer_than_the_suspension")
    else:
        scenario.then_phase(Phase(NAMES[leads[phase]]))


def test_every_rule_of_the_pathway_is_seen_broken_somewhere_in_these_tests() -> None:
    text = "".join(each.read_text("utf-8") for each in Path(__file__).parent.glob("test_*.py"))
    names = {rule.__name__ for move in MOVES for rule in move.given} | set(WAITS.values())
    assert sorted(name for name in names if f'"{name}"' not in text and name not in WAITS.values()) == []


def test_a_refusal_tells_what_was_asked_and_by_whom() -> None:
    refused = given(*e.SCREENED).when(c.StartSession(pain_before=3)).facts[0]
    assert isinstance(refused, f.CommandRefused)
    assert (refused.command, refused.asked["pain_before"], refused.meta.actor) == ("StartSession", 3, "anna")
