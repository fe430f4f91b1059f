"""`met commands NAME` shows an example that works at that point, and says what each nested field must be."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.cli.support import met
from workflow.bootstrap import Office, create
from workflow.cli.worked import moved, worked, worked_history
from workflow.engine.describing import describe
from workflow.engine.names import COMMANDS, INTERNAL
from workflow.engine.parsing import parse_command
from workflow.engine.player import Played, Player
from workflow.settings import settings

TODAY = date(2026, 11, 2)
ASKED_FOR = sorted(set(COMMANDS) - INTERNAL)
INTAKE = ("add_person", "add_referral_source", "set_calendar", "adopt_protocol", "register_client", "record_release",
          "record_screening", "request_clearance", "record_clearance", "record_measures", "design_program",
          "start_session", "record_session", "report_red_flags", "record_statement", "place_hold")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A rehearsal in which the worked history is played."""
    made = create(settings(tmp_path_factory.mktemp("worked") / "data", {}), rehearsal=True)
    yield made
    made.close()


@pytest.fixture(scope="module")
def played(office: Office) -> list[Played]:
    """What each step of the worked history came to."""
    return list(Player(office).play(worked_history()))


def test_every_example_works_where_it_stands_in_the_worked_history(played: list[Played]) -> None:
    for each in played:
        assert each.error is None, f"{each.step.do}: {each.error}"
        assert each.unmet == (), f"{each.step.do}: {each.unmet}"
        assert each.answer is not None
        assert each.answer.refused == bool(each.step.expect.refused), each.step.do


def test_only_overriding_is_shown_with_an_example_that_is_refused(played: list[Played]) -> None:
    assert [each.step.do for each in played if each.answer and each.answer.refused] == ["override_decision"]


@pytest.mark.parametrize("name", ASKED_FOR)
def test_every_command_has_an_example_that_can_be_read(name: str) -> None:
    example = worked(name, TODAY)
    assert example is not None
    parse_command(name, json.loads(json.dumps(example.fields)))
    assert name in example.line or name == "found_practice"


def test_an_example_names_versions_and_letters_that_are_there(office: Office, played: list[Played]) -> None:
    care = office.door("elm").streams.history("care:elm-1").facts
    topics = {fact.originator_version: fact.TOPIC for fact in care}
    for name, field, topic in (("amend_fact", "version", "care.session_recorded"),
                               ("resolve_contradiction", "statement", "care.statement_recorded")):
        example = worked(name, TODAY)
        assert example is not None
        there = [version for version, each in topics.items() if each == topic]
        assert example.fields[field] in there, f"{name} in workflow/cli/worked.toml must name one of {there}"
    example = worked("sign_letter", TODAY)
    assert example is not None
    assert office.door("elm").streams.history(f"letter:{shlex.split(example.line)[2]}").facts


def test_dates_around_the_step_move_with_the_day_and_dates_of_a_life_stay() -> None:
    steps = {step.do: step for _, step in reversed(list(worked_history().plan()))}
    assert moved(steps["record_clearance"], TODAY)["dated"] == TODAY.isoformat()
    assert moved(steps["register_client"], TODAY)["born"] == "1970-02-03"


def test_the_lines_can_be_typed_one_after_the_other_today(tmp_path: Path) -> None:
    home = tmp_path / "data"
    founded = worked("found_practice", TODAY)
    assert founded is not None
    assert met(*shlex.split(founded.line)[1:], home=home).code == 0
    for person, role in (("ben", "coach"), ("fay", "front desk")):
        assert met("do", "practice", "add_person", "--as", "ada", "--json", json.dumps(
            {"person": person, "name": person, "role": role}), home=home).code == 0
    for name in INTAKE:
        line = json.loads(met("commands", name, "--json").out)["line"]
        ran = met(*shlex.split(line)[1:], home=home)
        assert ran.code == 0, f"{line}: {ran.err or ran.out}"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_field_says_what_it_must_be(name: str) -> None:
    for each in describe(COMMANDS[name]):
        assert each.text.strip(), each.path
        assert "any value" not in each.text or each.path == "corrected", each.path


@pytest.mark.parametrize(("name", "path", "words"), [
    ("record_session", "adverse.grade", "1: mild"), ("record_session", "glucose.unit", "one of: mg/dL, mmol/L"),
    ("record_session", "stop_signs[].id", "STOP-03 grey, blue or clammy"),
    ("record_session", "bp", "systolic pressure, a whole number from 50 to 300 mmHg"),
    ("record_clearance", "conditions[].unit", "one of: kg, degrees, mmHg"),
    ("record_answer", "clearance.conditions[].of", "one of: load, range, effort, ban"),
    ("design_program", "exercises[].kind", "one of: GLOBAL, SEMI_GLOBAL, LOCAL"),
    ("record_measures", "scores", "NPRS 0 to 10"), ("record_screening", "answers", "met questions lists them"),
    ("add_person", "role", "one of: owner, coach, front desk, medical adviser, reviewer"),
    ("set_calendar", "working_days", "0 (Monday)"), ("send_letter", "means", "one of: post, fax"),
])
def test_a_nested_field_names_its_unit_its_range_or_its_words(name: str, path: str, words: str) -> None:
    assert words in {each.path: each.text for each in describe(COMMANDS[name])}[path]


def test_for_machines_a_command_keeps_its_keys(elm: Path) -> None:
    told = json.loads(met("commands", "record_session", "--json").out)
    assert {"command", "fields"} <= set(told)
    assert told["nested"]["effort.scale"] == "one of: borg_6_20, cr10"
    assert told["example"]["done"] == "as planned"
