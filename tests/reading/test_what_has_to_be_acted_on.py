"""Who has to act reads what to do first, and nothing beside it that says to wait; and reads names, not counts."""

from __future__ import annotations

import json
from pathlib import Path

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import Limit, RedFlag
from aggregates.kernel.messages import Command
from projections.narrative import tell
from projections.told import Told
from projections.told_decisions import broken_lines
from tests.care.examples import DISCHARGED, PAUSED, SCREENED, TRAINING, limited, ready, register, session, without
from tests.care.scenario import HOUSE, At, Scenario, given
from tests.cli.support import founded, met
from tests.reading.conftest import Reading
from workflow.engine.standing import urgent_decision

CRISIS = ready(bp=((190, 125),), bp_symptoms=True)
HEART = Limit(of="training_heart_rate", words="heart rate at most 120", at_most=120, unit="beats per minute")
REST = Limit(of="resting_heart_rate", words="resting heart rate at most 90", at_most=90, unit="beats per minute")


def told(scenario: Scenario) -> Told:
    """The decision on the last command, in words."""
    return tell(next(each for each in scenario.facts if isinstance(each, f.DecisionMade)))


def seen(scenario: Scenario, name: str) -> str:
    """What a rule that refused the last command saw, in words."""
    return " ".join(broken_lines(scenario.broken(name), HOUSE.local(scenario.now).tzinfo))  # type: ignore[arg-type]


def test_an_emergency_says_first_what_to_do_and_nothing_that_would_let_anybody_wait() -> None:
    why = told(given(*TRAINING).when(CRISIS).then_decided("EMERGENCY", "VIT-04", "VIT-03", "VIT-02", "VIT-01")).why
    assert why[0] == "to do now: call the local emergency number, without waiting for another reading (VIT-04)"
    assert not [each for each in why if each.startswith("to do:")]
    assert not [each for each in why if "5 minutes" in each or "cardiovascular block" in each]


def test_every_row_that_matched_stays_in_the_receipt_of_an_emergency() -> None:
    decided = given(*TRAINING).when(CRISIS)
    assert set(told(decided).rules) >= {"VIT-04", "VIT-03", "VIT-02", "VIT-01"}


def test_a_call_of_the_same_day_keeps_what_goes_with_it_and_drops_what_says_go_on() -> None:
    flagged = session(red_flags=(RedFlag(id="RF-U1"),), asked_to_stop=True)
    why = told(given(*TRAINING).when(flagged).then_decided("REFER_SAME_DAY", "STOP-07", "PAIN-01")).why
    assert why[0].startswith("to do now: phone the clinician today")
    assert not [each for each in why if each.startswith("to do:")]


def test_below_that_every_row_says_what_it_asks_for() -> None:
    why = told(given(*TRAINING).when(ready(bp=((185, 106), (185, 90)))).then_decided("REFER_SAME_DAY")).why
    assert why[0].startswith("to do now: no session; phone the clinician today")
    held = told(given(*TRAINING).when(ready(bp=((181, 106), (170, 106)))).then_decided("HOLD_SESSION")).why
    assert [each for each in held if each.startswith("to do:")] == [
        "to do: no session; the coach tells the referral source (VIT-02)", "to do: no cardiovascular block (VIT-01)"]


def test_a_replay_says_first_what_an_emergency_asked_for(readings: dict[str, Reading]) -> None:
    lines = readings["client-three"].lines
    first = next(number for number, line in enumerate(lines) if "Decision: EMERGENCY" in line)
    assert lines[first + 2].strip().startswith("to do now: call the local emergency number")


def test_an_open_screening_names_its_open_questions() -> None:
    decided = given(register()).when(without("SCR-13"))
    assert "not answered yet: SCR-13" in told(decided).why
    empty = told(given(register()).when(c.RecordScreening(answers={}))).why
    assert any(each.startswith("not answered yet: SCR-01, SCR-02") and each.endswith("medicines, red flags")
               for each in empty)


def test_what_waits_for_an_open_screening_names_its_open_questions_too() -> None:
    refused = given(register(), without("SCR-13")).when(c.StartSession()).then_refused("screening_is_complete")
    assert "not answered: SCR-13" in seen(refused, "screening_is_complete")


def test_an_incomplete_session_names_what_is_not_stated() -> None:
    assert "not stated: pain after, the client asked to stop" in told(
        given(*TRAINING).when(session(pain_after=None, asked_to_stop=None))).why


def test_a_limit_that_was_passed_is_named_with_its_number() -> None:
    passed = told(given(*SCREENED, limited(HEART)).when(session(highest_heart_rate=131)).then_decided(
        "MODIFY", "STOP-08")).why
    assert ('beyond a limit of the clearance: training heart rate: 131, at most 120 is allowed (the condition "heart '
            'rate at most 120")') in passed


def test_a_reading_that_is_missing_is_named() -> None:
    assert "not measured: resting heart rate" in told(given(*SCREENED, limited(REST)).when(ready()).then_decided(
        "HOLD_SESSION", "VIT-16")).why


def test_whose_answer_counts_is_named() -> None:
    refused = given(*PAUSED).when(c.RecordAnswer(source="N. Body", answer="resume"))
    assert "they are: S. Berg" in seen(refused, "answer_comes_from_the_referral_source")


def test_the_session_that_is_not_signed_is_named_with_its_time() -> None:
    unsigned = (*TRAINING, At("2026-01-06T10:00", session(signed=False)))
    refused = given(*unsigned).when(ready(), "2026-01-07T09:00").then_refused("last_session_is_signed")
    assert "held at: 2026-01-06 10:00 CET" in seen(refused, "last_session_is_signed")


def test_the_page_of_a_client_begins_with_the_emergency_until_everybody_was_called(tmp_path: Path) -> None:
    home = founded(tmp_path / "data")
    asked = met("do", "elm-1", "report_red_flags", "--as", "ben", "--json", '{"red_flags": [{"id": "RF-E2"}]}',
                home=home)
    assert asked.code == 0
    assert "to do now: call the local emergency number (RF-E2)" in asked.out
    page = met("show", "elm-1", "--as", "ben", home=home).out.splitlines()
    assert page[1].strip().startswith("EMERGENCY, decided for")
    assert page[2].strip() == "to do now: call the local emergency number (RF-E2)"
    shown = json.loads(met("show", "elm-1", "--as", "ben", "--json", home=home).out)
    assert shown["at_once"]["rules"] == ["RF-E2"]


def test_a_refusal_on_the_command_line_says_it_too_and_ends_as_a_refusal(tmp_path: Path) -> None:
    home = founded(tmp_path / "data")
    met("do", "practice", "add_person", "--as", "ada", "--json",
        '{"person": "fay", "name": "Fay Lund", "role": "front desk"}', home=home)
    emergency = ("do", "elm-1", "report_adverse_response", "--as", "fay", "--json", '{"grade": 4}')
    refused = met(*emergency, home=home)
    assert refused.code == 1
    assert "to do now, although this is refused: call the local emergency number" in refused.out
    assert json.loads(met(*emergency, "--print-json", home=home).out)["at_once"]["rules"] == ["AE-04"]


def commands_after_discharge() -> tuple[Command, ...]:
    return (session(red_flags=(RedFlag(id="RF-E2"),)), CRISIS)


def test_a_replay_tells_with_a_refusal_what_had_to_be_done() -> None:
    for command in commands_after_discharge():
        (refused,) = given(*DISCHARGED).when(command).facts
        assert tell(refused).details[0].startswith("to do now, although this is refused: call the local emergency")


def test_the_emergency_leaves_the_page_when_the_call_and_the_letter_are_done() -> None:
    owed = given(*TRAINING, At("2026-01-12T09:00", c.ReportRedFlags(red_flags=(RedFlag(id="RF-E2"),))))
    urgent = urgent_decision(owed.history, owed.memory)
    assert urgent is not None
    assert urgent.verdict.outcome == "EMERGENCY"
    called = owed.and_given(c.ContactReferralSource(spoke_with="S. Berg", agreed="seen today"))
    assert urgent_decision(called.history, called.memory) is not None
    done = called.and_given(c.NoteLetter(letter="client-1", kind="referral back letter"))
    assert urgent_decision(done.history, done.memory) is None


def test_an_older_danger_that_was_answered_is_not_shown_again_with_a_newer_one() -> None:
    first = At("2026-01-12T09:00", c.ReportRedFlags(red_flags=(RedFlag(id="RF-E2"),)))
    answered = (*TRAINING, first, c.ContactReferralSource(spoke_with="S. Berg", agreed="seen today"),
                c.NoteLetter(letter="client-1", kind="referral back letter"))
    newer = given(*answered, At("2026-01-20T09:00", c.ReportRedFlags(red_flags=(RedFlag(id="RF-U1"),))))
    urgent = urgent_decision(newer.history, newer.memory)
    assert urgent is not None
    assert urgent.verdict.outcome == "REFER_SAME_DAY"
