"""`met why` and `met next` on a real data directory: they answer, and record nothing but that somebody read."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.support import met
from workflow.bootstrap import open_office
from workflow.settings import settings


def care_of(home: Path) -> tuple[int, list[str]]:
    """The version of the client's care, and what was read of it."""
    office = open_office(settings(home, {}))
    try:
        door = office.door("elm")
        read = [fact.payload()["what"] for fact in door.streams.history("access:elm-1").facts]
        read = [each for each in read if each in ("why", "next")]  # other tests may have looked at other things before
        return door.care("elm-1").version, read
    finally:
        office.close()


def test_what_is_missing_is_named_with_who_can_supply_it_and_only_the_reading_is_recorded(home: Path) -> None:
    before, _ = care_of(home)
    ran = met("why", "elm-1", "start_session", "--as", "ben", home=home)
    assert ran.code == 0, ran.err
    for words in ("start session: not now", "SCR-00: nothing begins before every screening question is answered",
                  "1. a complete screening without a finding that stops training (SCR-00), from the coach, with the "
                  "client", "2. a new clearance that is complete and allows it, dated today or later (CLR-00), from"):
        assert words in ran.out, words
    told = json.loads(met("why", "elm-1", "start-session", "--as", "ben", "--print-json", home=home).out)
    assert (told["allowed"], [each["commands"] for each in told["missing"]]) == (
        False, [["RecordScreening"], ["RecordClearance"]])
    assert care_of(home) == (before, ["why", "why"])


def test_what_is_allowed_says_so_and_what_would_be_decided(home: Path) -> None:
    ran = met("why", "elm-1", "record_screening", "--as", "ben", "--json",
              '{"answers": {"SCR-02": {"answer": "yes", "now": true}}}', home=home)
    assert ran.code == 0
    assert "record screening: allowed now" in ran.out
    assert "it would be decided: EMERGENCY, an emergency: everything stops" in ran.out
    assert care_of(home)[1] == ["why"]


def test_whoever_may_not_ask_hears_who_may(home: Path) -> None:
    assert met("do", "practice", "add_person", "--as", "ada", "--json",
               '{"person": "mia", "name": "Mia", "role": "front desk"}', home=home).code == 0
    told = json.loads(met("why", "elm-1", "record_screening", "--as", "mia", "--print-json", home=home).out)
    assert told["allowed"] is False
    assert [each["what"] for each in told["missing"]] == ["somebody who may ask for it: coach or owner"]


def test_a_question_that_can_not_be_asked_is_one_sentence(home: Path) -> None:
    for arguments, code, words in (
            (("why", "elm-1", "start_sesion"), 2, "did you mean start_session?"),
            (("why", "elm-1", "sign_letter"), 2, "met letter ID says what refuses a letter's next step"),
            (("why", "elm-9", "start_session"), 3, "there is no client elm-9"),
            (("why", "elm-1", "resume_training", "--json", '{"volume": 4}'), 2, "volume is not a field of it"),
            (("next", "elm-9"), 3, "there is no client elm-9")):
        ran = met(*arguments, "--as", "ben", home=home)
        assert (ran.code, ran.out) == (code, ""), arguments
        assert words in ran.sentence
    assert met("next", "elm-1", "--as", "eve", home=home).code == 1
    assert care_of(home)[1] == []


def test_next_lists_every_legal_move_with_who_may_ask_and_for_the_others_why_not(home: Path) -> None:
    ran = met("next", "elm-1", "--as", "ben", home=home)
    assert ran.code == 0, ran.err
    legal, _, not_now = ran.out.partition("Not now")
    assert "place_hold                 forbid erasure for a legal reason (owner)" in legal
    assert "record_clearance           record a clearance that arrived (coach, front desk, owner)" in legal
    assert "start_session              start a session (coach, owner)" in not_now
    assert "would unlock it: a complete screening (from the coach, with the client)" in not_now
    told = json.loads(met("next", "elm-1", "--as", "ben", "--json", home=home).out)
    commands = {each["command"] for each in told["next_steps"]}
    assert {"start_session", "resume_training", "readmit", "lift_hold", "withdraw_consent"} <= commands
    assert care_of(home)[1] == ["next", "next"]
