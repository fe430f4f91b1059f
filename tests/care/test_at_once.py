"""Whatever refuses a command, an emergency that was told is answered; red flags are taken from everybody, always."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import AdverseResponse, Answer, Glucose, RedFlag, StopSign
from aggregates.client_care.phases import Phase
from aggregates.kernel.errors import InvalidInput
from aggregates.kernel.messages import Command
from tests.care.examples import DISCHARGED, SCREENED, TRAINING, ready, register, screening, session
from tests.care.office import a_desk
from tests.care.scenario import At, given
from workflow.cli.doing import as_dict
from workflow.cli.show import lines_of
from workflow.engine.requests import Who

FLAG = (RedFlag(id="RF-E2", words="chest pain"),)
CALL = "call the local emergency number"


@pytest.mark.parametrize("command", [
    session(red_flags=FLAG), ready(red_flags=FLAG), screening(red_flags=FLAG), c.ReportAdverseResponse(grade=4),
    session(adverse=AdverseResponse(grade=5))])
def test_after_discharge_the_refusal_of_an_emergency_says_what_to_do_at_once(command: Command) -> None:
    refused = given(*DISCHARGED).when(command).then_refused("care_is_open")
    (fact,) = refused.facts
    assert isinstance(fact, f.CommandRefused)
    assert fact.at_once is not None
    assert fact.at_once.outcome == "EMERGENCY"


def test_a_refusal_of_what_is_no_emergency_says_nothing_about_help() -> None:
    for command in (session(), ready(), screening(), session(pain_worst=9), c.Discharge(reason="other")):
        (fact,) = given(*DISCHARGED).when(command).then_refused("care_is_open").facts
        assert isinstance(fact, f.CommandRefused)
        assert fact.at_once is None


def test_a_referral_of_the_same_day_is_told_with_the_refusal_too() -> None:
    (fact,) = given(*DISCHARGED).when(ready(red_flags=(RedFlag(id="RF-U1"),))).then_refused("care_is_open").facts
    assert isinstance(fact, f.CommandRefused)
    assert fact.at_once is not None
    assert fact.at_once.outcome == "REFER_SAME_DAY"


@pytest.mark.parametrize(("history", "phase"), [(SCREENED, Phase.REFERRAL_BACK), (TRAINING, Phase.REFERRAL_BACK),
                                                (DISCHARGED, Phase.DISCHARGED)])
def test_red_flags_are_taken_in_every_phase(history: tuple[At, ...], phase: Phase) -> None:
    told = given(*history).when(c.ReportRedFlags(red_flags=FLAG)).then(f.RedFlagsReported).then_decided("EMERGENCY")
    told.then_phase(phase)
    assert {"DL-05/phone", "DL-05/letter"} <= set(told.memory.deadlines)


def test_a_red_flag_after_discharge_stands_against_a_clearance_from_before_it() -> None:
    back = (*DISCHARGED, At("2026-01-12T09:00", c.ReportRedFlags(red_flags=FLAG)), c.Readmit(reason="back"))
    assert given(*back).memory.danger_at is not None


@pytest.mark.parametrize("who", [Who("person", "mia"), Who("client", "client-a"), Who("person", "anna")])
def test_red_flags_are_taken_from_everybody_in_the_room(who: Who, tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.ask(register())
        answer = desk.ask(c.ReportRedFlags(red_flags=FLAG), who=who)
        assert not answer.refused
        assert [each.outcome for each in answer.verdicts] == ["EMERGENCY"]


@pytest.mark.parametrize("who", [Who("person", "mia"), Who("person", "rey"), Who("person", "stranger")])
@pytest.mark.parametrize("command", [session(red_flags=FLAG), c.ReportAdverseResponse(grade=4)])
def test_who_may_not_ask_hears_all_the_same_what_to_do_at_once(who: Who, command: Command, tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.ask(register())
        answer = desk.ask(command, who=who)
        assert [each.rule for each in answer.broken] == ["ACC-01"]
        told = as_dict(answer)
        assert told["refused"] is True
        assert told["at_once"]["decision"] == "EMERGENCY"
        assert told["at_once"]["to_do"][0].startswith(CALL)
        lines = lines_of(answer, full=True)
        assert f"to do now, although this is refused: {CALL}" in lines[1]
        assert any("what may be said to the client" in each for each in lines)


def test_a_correction_that_tells_an_emergency_and_is_refused_says_what_to_do_at_once(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.ask(register())
        desk.ask(screening())
        wrong = c.AmendFact(version=desk.office.door("oslo").care("client-a").memory.screened_version, reason="forgot",
                            corrected={"red_flags": [{"id": "RF-E2"}]})
        answer = desk.ask(wrong, who=Who("person", "mia"))
        assert [each.rule for each in answer.broken] == ["ACC-01"]
        assert answer.at_once is not None
        unreadable = c.AmendFact(version=wrong.version, reason="forgot", corrected={"red_flags": 3})
        assert desk.ask(unreadable, who=Who("person", "mia")).at_once is None


@pytest.mark.parametrize(("command", "help_now"), [
    (c.ReportRedFlags(red_flags=(RedFlag(id="RF-E1"), RedFlag(id="RF-M7"))), "RF-E1"),
    (c.ReportRedFlags(red_flags=(RedFlag(id="RF-E2"), RedFlag(id="RF-U2"))), "RF-E2"),
    (ready(red_flags=(RedFlag(id="RF-U1"), RedFlag(id="RF-M7"))), "RF-U1"),
    (session(bp=((80, 120),), stop_signs=(StopSign(id="STOP-03"),)), "STOP-03"),
    (ready(bp=((190, 125),), bp_symptoms=True, red_flags=(RedFlag(id="RF-M7"),)), "VIT-04"),
    (ready(glucose=Glucose(value=1, unit="mg/dL"), red_flags=FLAG), "RF-E2"),
    (screening({"SCR-02": Answer(answer="yes", now=True), "SCR-99": "no"}), "SCR-02")])
def test_an_emergency_beside_a_mistake_is_answered_and_nothing_is_recorded(command: Command, help_now: str) -> None:
    scenario = given(*TRAINING)
    version = scenario.care.version
    with pytest.raises(InvalidInput) as told:
        scenario.when(command)
    assert told.value.help_now.startswith("to do now, although nothing is recorded: ")
    assert f"({help_now})" in told.value.help_now
    assert scenario.care.version == version


@pytest.mark.parametrize("command", [
    c.ReportRedFlags(red_flags=(RedFlag(id="RF-M7"),)), session(bp=((80, 120),)), screening({"SCR-99": "yes"}),
    ready(bp=((120, 190),), bp_symptoms=True), c.RecordMeasures(scores={})])
def test_a_mistake_alone_calls_for_nobody(command: Command) -> None:
    with pytest.raises(InvalidInput) as told:
        given(*TRAINING).when(command)
    assert told.value.help_now == ""


def test_who_may_not_ask_and_mistyped_hears_what_to_do_at_once(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.ask(register())
        answer = desk.ask(session(red_flags=(*FLAG, RedFlag(id="RF-M7"))), who=Who("person", "mia"))
        assert [each.rule for each in answer.broken] == ["ACC-01"]
        assert answer.at_once is not None
