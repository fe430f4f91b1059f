"""`met show` says what may be done now, what is refused and what would unlock it, and what is missing."""

from __future__ import annotations

import json
import shutil
from itertools import product
from pathlib import Path
from uuid import uuid4

import pytest

from aggregates.client_care.commands import RecordScreening
from aggregates.client_care.contents import Answer, Screening
from aggregates.client_care.facts import DecisionMade
from projections.questions import still_open
from tests.care.examples import CALM, register, without
from tests.care.office import PRACTICE, Desk
from tests.care.scenario import HOUSE, Scenario
from tests.cli.support import Ran, met
from workflow.bootstrap import Office, open_office
from workflow.engine.next_steps import NextStep, next_steps
from workflow.engine.requests import Request, Who
from workflow.engine.standing import standing
from workflow.engine.wishes import ABOUT_CONTENT, wishes
from workflow.settings import settings

ASKING = {"client-two": ("fjord", "jon"), "client-three": ("thames", "priya"), "client-five": ("hudson", "lee"),
          "client-seven": ("oslo-east", "ida"), "client-one": ("lakeside", "olivia")}


def show(played: Path, client: str, *more: str) -> Ran:
    practice, actor = ASKING[client]
    return met("show", client, "--practice", practice, "--as", actor, *more, home=played)


def steps_for(office: Office, client: str) -> dict[str, NextStep]:
    practice, actor = ASKING[client]
    door = office.door(practice)
    now = standing(door, client, rehearsal=True).now
    return {each.words: each for each in next_steps(door, client, Who("person", actor), now)}


@pytest.mark.parametrize(("client", "words", "rule", "unlock", "supplier"), [
    ("client-two", "start a session", "CLR-08", "a programme within the clearance", "the coach"),
    ("client-two", "raise a load", "PRG-01", "two sessions in a row", "the client"),
    ("client-three", "start a session", "SCR-00", "a complete screening", "the coach, with the client"),
    ("client-five", "start a session", "CLR-00", "clearance from a physician", "referral source"),
    ("client-seven", "resume training", "REF-00", "new clearance", "referral source"),
    ("client-one", "start a session", "CARE-03", "readmission", "the practice"),
])
def test_what_is_refused_now_names_the_rule_and_who_can_unlock_it(
        office: Office, client: str, words: str, rule: str, unlock: str, supplier: str) -> None:
    broken = steps_for(office, client)[words].broken
    assert rule in [each.rule for each in broken]
    assert any(unlock in u.what and u.supplier.startswith(supplier) for each in broken for u in each.unlock)


@pytest.mark.parametrize("client", sorted(ASKING))
def test_asking_for_real_comes_to_what_was_said_before(played: Path, tmp_path: Path, client: str) -> None:
    practice, _ = ASKING[client]
    for number in range(40):
        office = open_office(settings(Path(shutil.copytree(played, tmp_path / f"{number}")), {}))
        try:
            said = list(steps_for(office, client).values())
            if number >= len(said):
                return
            door = office.door(practice)
            stands, care = standing(door, client, rehearsal=True), door.care(client)
            office.virtual.set(stands.now)  # type: ignore[union-attr]
            owner = next(p for p, x in door.circumstances.practice().memory.people.items() if x.role == "owner")
            request = Request(practice, f"care:{client}", None, Who("person", owner), uuid4())  # type: ignore[arg-type]
            wish = list(wishes(care.memory, door.circumstances.of(request, care, stands.now)))[number]
            answer = door.handle(request._replace(command=wish.command))
            broken = [each for each in answer.broken if each.name not in ABOUT_CONTENT]
            assert [each.name for each in broken] == [each.name for each in said[number].broken], wish.words
        finally:
            office.close()


def test_looking_records_nothing_but_the_reading(office: Office) -> None:
    before, memory = office.log.reader.head(), repr(office.door("fjord").care("client-two").memory.deadlines)
    steps_for(office, "client-two")
    assert office.log.reader.head() == before
    assert repr(office.door("fjord").care("client-two").memory.deadlines) == memory


def test_after_discharge_no_clearance_is_in_force(played: Path) -> None:
    shown = show(played, "client-one").out
    assert "clearance no longer counts, because care has ended" in shown
    assert "in force" not in shown
    assert "readmit" in shown


def test_the_page_says_what_is_missing_due_and_next(played: Path) -> None:
    two, three, five = (show(played, f"client-{which}").out for which in ("two", "three", "five"))
    assert "overdue since 2026-02-21 09:00 CET: introductory letter (24 hours after registration), coach (DL-01)" in two
    assert "change in status letter to S. Berg, signed; next: met do" in two
    assert "would unlock it: a signed release that names this recipient" in two
    assert "would unlock it: a programme within the clearance, or a new clearance" in two
    assert "screening: done on 2026-05-04, and has to be done again" in three
    assert "missing: every screening question" in three
    assert "missing: a clearance in force; nobody has asked for one yet" in five


def test_for_machines_the_page_keeps_its_keys_and_adds_what_comes_next(played: Path) -> None:
    shown = json.loads(show(played, "client-two", "--json").out)
    assert {"client", "version", "phase", "clearance", "program", "deadlines"} <= set(shown)
    start = next(each for each in shown["next_steps"] if each["command"] == "start_session")
    assert [each["rule"] for each in start["broken"]] == ["CLR-08", "EXA-02"]
    assert start["roles"] == ["coach", "owner"]
    assert [(each["state"], each["next"], [broken["rule"] for broken in each["broken"]])
            for each in shown["letters"]] == [("signed", "redraft_letter", ["LET-02", "PRV-01"])]


def test_a_letter_can_be_read_and_reading_it_is_recorded(played: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(played, tmp_path / "data"))
    letter = json.loads(met("show", "client-two", "--practice", "fjord", "--as", "jon", "--json", home=home).out
                        )["letters"][0]["id"]
    read = met("letter", letter, "--practice", "fjord", "--as", "jon", home=home)
    assert read.code == 0
    for words in ("change in status letter to S. Berg, signed", "it felt like something pulled",
                  "Symptoms began during set 2 of 3 of the cable row."):
        assert words in read.out
    told = json.loads(met("letter", letter, "--practice", "fjord", "--as", "jon", "--json", home=home).out)
    assert (told["kind"], told["to"], told["state"], told["next"]) == (
        "change in status letter", "S. Berg", "signed", "redraft_letter")
    assert told["changed"] == ["where training stands", "what is asked"]
    opened = open_office(settings(home, {}))
    *_, fact = opened.door("fjord").streams.history("access:client-two").facts
    opened.close()
    assert (fact.payload()["what"], fact.meta.actor) == ("letter", "jon")
    assert met("letter", letter, "--practice", "fjord", "--as", "nobody", home=home).code == 1
    assert met("letter", "client-two-no-such", "--practice", "fjord", "--as", "jon", home=home).code == 3


YES_TO_SCR_04 = {**CALM, "SCR-04": "yes"}


@pytest.mark.parametrize(("answers", "medicines", "flags", "conditions"), list(product(
    ({}, CALM, {k: v for k, v in CALM.items() if k not in ("SCR-02", "SCR-13")}, {**CALM, "SCR-05": "unknown"},
     {**CALM, "SCR-01": Answer(answer="unknown")}, YES_TO_SCR_04,
     {**CALM, "SCR-01": "yes"}), (None, ()), (None, ()), (None, ("diabetes",)))))
def test_what_is_said_to_be_unanswered_is_what_the_decision_counts(
        answers: dict[str, str], medicines: tuple[str, ...] | None, flags: None,
        conditions: tuple[str, ...] | None) -> None:
    screening = Screening(answers=answers, medicines=medicines, red_flags=flags,  # type: ignore[arg-type]
                          conditions=conditions)  # type: ignore[arg-type]
    assert len(still_open(screening, has_onset=True, diabetes_known=False)) == _counted(screening)


def _counted(screening: Screening) -> int:
    """What the decision on this screening says is unanswered."""
    fields = {name: getattr(screening, name) for name in screening.__struct_fields__}
    scenario = Scenario(HOUSE, "2026-01-05T09:00").and_given(register(), RecordScreening(**fields))
    verdict = next(fact.verdict for fact in scenario.history if isinstance(fact, DecisionMade))
    return int(next(each.value for each in verdict.inputs if each.name == "unanswered"))


def test_the_questions_that_are_still_open_are_named_with_their_words(tmp_path: Path) -> None:
    desk = Desk(settings(tmp_path / "data", {}))
    desk.ask(register())
    desk.ask(without("SCR-13"))
    stands = standing(desk.office.door(PRACTICE), "client-a", rehearsal=True)
    desk.office.close()
    assert stands.open_questions == ["SCR-13"]
    assert stands.missing == ["screening answer SCR-13: Can you manage about 30 minutes of activity without your "
                              "symptoms flaring?"]
