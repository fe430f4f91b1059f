"""A session begins only when the red flags and the pain now were asked about; unknown is never no."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import RedFlag, Session
from aggregates.client_care.context import CareContext
from aggregates.client_care.judge import judge
from aggregates.client_care.judging.sessions import judge_session
from aggregates.client_care.memory import CareMemory
from aggregates.protocol.verdict import Verdict
from tests.care.examples import CLEARED, TRAINING, ready, session
from tests.care.scenario import HOUSE, At, Scenario, given
from workflow.protocol_packs import installed


def decided(scenario: Scenario) -> Verdict:
    """The protocol's decision on the last command."""
    return next(each.verdict for each in scenario.facts if isinstance(each, f.DecisionMade))


def test_a_session_of_which_nothing_was_asked_does_not_begin() -> None:
    held = given(*TRAINING).when(c.StartSession()).then_decided("HOLD_SESSION", "SES-06", "SES-07")
    said = decided(held)
    assert "nobody asked about red flags" in said.clinician
    assert "nobody asked how much pain there was" in said.clinician
    assert said.rules == ("SES-06", "SES-07")


@pytest.mark.parametrize(("left_out", "rule"), [("red_flags", "SES-06"), ("pain_before", "SES-07")])
def test_leaving_out_one_of_the_two_holds_the_session_for_that_one(left_out: str, rule: str) -> None:
    held = given(*TRAINING).when(ready(**{left_out: None})).then_decided("HOLD_SESSION", rule)
    assert decided(held).rules == (rule,)


def test_asked_and_nothing_found_begins() -> None:
    given(*TRAINING).when(ready()).then_decided("PROCEED")


def test_a_red_flag_that_was_found_counts_as_asked() -> None:
    flagged = ready(red_flags=(RedFlag(id="RF-R1", features=("severe night pain",)),))
    assert decided(given(*TRAINING).when(flagged).then_decided("NOTE", "RF-R1")).rules == ("RF-R1",)


@pytest.mark.parametrize(("pain", "outcome"), [(5, "PROCEED"), (6, "HOLD_SESSION"), (10, "HOLD_SESSION")])
def test_much_pain_before_holds_while_nobody_knows_what_is_usual(pain: int, outcome: str) -> None:
    given(*CLEARED).when(ready(pain_before=pain)).then_decided(outcome, *(["PAIN-10"] if pain > 5 else []))


@pytest.mark.parametrize(("usual", "outcome"), [(6, "PROCEED"), (5, "HOLD_SESSION")])
def test_much_pain_before_is_held_against_the_usual_pain_once_that_is_known(usual: int, outcome: str) -> None:
    known = (*CLEARED, c.RecordMeasures(scores={}, usual_pain=usual))
    given(*known).when(ready(pain_before=6)).then_decided(outcome)


def test_after_such_a_hold_the_session_begins_once_the_usual_pain_is_on_record() -> None:
    held = given(*CLEARED, At("2026-01-06T09:00", ready(pain_before=6)))
    held.and_given(c.RecordMeasures(scores={}, usual_pain=6)).when(ready(pain_before=6)).then_decided("PROCEED")


def test_a_session_that_took_place_is_not_held_for_what_was_not_asked_but_noted_as_incomplete() -> None:
    for left_open in (session(pain_before=None), c.RecordSession()):
        said = decided(given(*TRAINING).when(left_open).then_decided("NOTE", "SES-01"))
        assert not {"SES-06", "SES-07"} & set(said.rules)


NOT_TRUE = ("no session was held", "was stopped", "does not begin", "no session starts", "was left out", "rest today",
            "before we start", "no session;", "not today", "leave out training")


@pytest.mark.parametrize("reading", [
    {"bp": ((185, 106), (185, 106))}, {"bp": ((185, 90),)}, {"bp": ((165, 90),)}, {"heart_rate": 125},
    {"heart_rate": 110}, {"temperature_c": 38.5}, {"standing_drop": 25, "standing_symptoms": True}, {"spo2": 85},
    {"red_flags": (RedFlag(id="RF-U1"),)}, {"pain_worst": 8}, {"pain_worst": 8, "pain_ten_minutes_later": 7},
    {"asked_to_stop": True}, {"pain_before": 7}, {"systolic_fall": 12}, {"spo2_lowest": 80}])
def test_of_a_session_that_took_place_nobody_says_that_it_did_not(reading: dict[str, Any]) -> None:
    said = decided(given(*TRAINING).when(session(**reading)))
    assert said.question == "What follows from this session?"
    words = " ".join((said.client, said.clinician, *(each.does for each in said.matched))).casefold()
    assert not [each for each in NOT_TRUE if each in words], words


def test_the_same_reading_is_told_before_a_session_and_after_it_in_its_own_words() -> None:
    before = decided(given(*TRAINING).when(ready(temperature_c=38.5)))
    after = decided(given(*TRAINING).when(session(temperature_c=38.5)))
    assert before.clinician == "Body temperature was above 38.0 °C; no session was held."
    assert after.clinician == ("Body temperature before this session was above 38.0 °C; the session took place "
                               "although the protocol holds it then.")
    assert (before.outcome, before.rules) == ("HOLD_SESSION", ("VIT-08",))
    assert after.fired("VIT-08")


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_client_who_is_pinned_to_an_earlier_pack_is_decided_on_as_before(version: str) -> None:
    earlier = next(each for each in installed(Path("/nonexistent"))[0].values() if each.version == version)
    moment = datetime(2026, 1, 6, 9, tzinfo=UTC)
    context = CareContext(command_id=UUID(int=1), actor_kind="person", actor="anna", role="coach", channel="test",
                          purpose="care", now=moment, occurred_at=moment, house=HOUSE, pack=earlier)
    nothing = judge(CareMemory(), c.StartSession(), context)
    assert nothing is not None
    assert (nothing.outcome, nothing.rules) == ("PROCEED", ())
    much = judge(CareMemory(), c.StartSession(pain_before=10), context)
    assert much is not None
    assert much.outcome == "PROCEED"
    held = CareMemory(held_at=moment)
    assert judge_session(held, Session(pain_worst=1, temperature_c=38.5), context).clinician == (
        "Body temperature was above 38.0 °C; no session was held.")
