"""Every step from every phase: a table written by hand says which exist, and all the others are tried and refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.pathway import MOVES, PATHWAY
from aggregates.client_care.phases import Phase
from aggregates.kernel.messages import Command
from tests.care import examples as e
from tests.care.model import AT_ONCE_ONLY, KNOWN, NAMES, SAMPLES, WAITS, WALK
from tests.care.scenario import given

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
