"""Bad input gets one sentence that names the field and the rule, never a protected value, and its exit code."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

import pytest

from tests.cli.support import CLIENT, founded, met

SECRET = "Zelda Quark"


@pytest.mark.parametrize(("command", "fields", "code", "sentence"), [
    ("fly_away", "{}", 2, "command: is not one of this version's commands"),
    ("record_sesion", "{}", 2, "did you mean record_session?"),
    ("record_session", '{"pain_worst": 11}', 2, "pain_worst must be a whole number from 0 to 10"),
    ("record_session", '{"pain_worst": "Zelda Quark"}', 2, "pain_worst must be a whole number from 0 to 10"),
    ("record_session", '{"pain_wurst": "Zelda Quark"}', 2, "pain_wurst is not a field of it; did you mean pain_worst?"),
    ("record_session", '{"bp": [[800, 76]]}', 2,
     "bp[0][0] must be a systolic pressure, a whole number from 50 to 300 mmHg"),
    ("record_session", '{"glucose": {"value": 100, "unit": "Zelda Quark"}}', 2,
     "glucose.unit must be one of mg/dL, mmol/L"),
    ("record_session", '{"temperature_c": 99}', 2, "temperature_c must be a number from 30 to 45 degrees Celsius"),
    ("record_morning", "{}", 2, "pain is missing"),
    ("register_client", '{"name": "Zelda Quark"}', 2, "is missing"),
    ("register_client", CLIENT.replace("1970-02-03", "Zelda Quark"), 2, "born must be a date like 2026-01-31"),
    ("register_client", CLIENT.replace('"chronic"', '"Zelda Quark"'), 2,
     "stage must be one of acute, subacute, chronic"),
    ("record_screening", '{"answers": {"SCR-01": "Zelda Quark"}}', 2, "must be one of yes, no, unknown"),
    ("erase_client", "{}", 2, "command: is not one of this version's commands"),
    ("erase_client", "{}", 2, "for met do; met itself has it: met erase --help"),
    ("erase", "{}", 2, "for met do; met itself has it: met erase --help"),
    ("replay", "{}", 2, "for met do; met itself has it: met replay --help"),
    ("erase-client", "{}", 2, "for met do; met itself has it: met erase --help"),
    ("complete-erasure", "{}", 2, "command: is not one of this version's commands; met commands lists them"),
    ("note-letter", "{}", 2, "command: is not one of this version's commands; met commands lists them"),
    ("delete_client", "{}", 2, "command: is not one of this version's commands; met commands lists them"),
    ("record-sesion", "{}", 2, "did you mean record_session?"),
    ("record_session", '{"painful": 1}', 2, "painful is not a field of it"),
    ("record_statement", '{"source": "client_said", "words": "\\u001b[31m v99 forged"}', 2,
     "words holds a character that can't be printed"),
    ("record_session", "not json", 2, "json: is not JSON"),
    ("record_session", '{"pain_worst": 9, "pain_worst": 1}', 2, "json: the field pain_worst stands there twice"),
    ("report_health_change", '{"what": "  "}', 2, "what holds nothing but spaces"),
    ("record_session", "@/dev/zero", 2, "json: "),
    ("record_session", "[1]", 2, "json: must be an object with the command's fields"),
    ("record_session", "@/nowhere", 2, "json: the file /nowhere can't be read"),
])
def test_a_command_that_cannot_be_read_is_explained(elm: Path, command: str, fields: str, code: int, sentence: str
                                                    ) -> None:
    ran = met("do", "elm-1", command, "--as", "ben", "--json", fields, home=elm)
    assert ran.code == code
    assert sentence in ran.sentence
    assert SECRET not in ran.err + ran.out


@pytest.mark.parametrize(("arguments", "code", "sentence"), [
    (("do", "elm-2", "record_session", "--as", "ben"), 3, "client: there is no client elm-2 in this practice"),
    (("do", "Zelda Quark", "record_session", "--as", "ben"), 2, "never a name"),
    (("do", "practice", "register_client", "--as", "ben", "--json", CLIENT), 2, "reserved word"),
    (("do", "elm-1", "record_session"), 2, "say who you are with --as or MET_ACTOR"),
    (("do", "elm-1", "record_session", "--as", "ben", "--occurred-at", "2099-01-01"), 2,
     "occurred_at: lies in the future"),
    (("do", "elm-1", "record_session", "--as", "ben", "--occurred-at", "soon"), 2, "time: must be like"),
    (("do", "elm-1", "record_session", "--as", "ben", "--command-id", "seven"), 2, "command_id: must be a UUID"),
    (("do", "elm-1", "record_session", "--as", "ben", "--expected-version", "1"), 4, "changed since you looked"),
    (("do", "elm-1", "record_session", "--as", "ben", "--purpose", "Zelda Quark is ill"), 2,
     "purpose: must be one of care"),
    (("do", "elm-1", "record_session", "--as", "Zelda Quark"), 2, "as: an id is 1 to 40 small letters"),
    (("do", "elm-1", "record_session", "--as", "ben", "--on-behalf-of", "Zelda Quark"), 2, "on_behalf_of: an id is"),
    (("show", "elm-1", "--as", "ben", "--purpose", "Zelda Quark is ill"), 2, "purpose: must be one of care"),
    (("clients", "--home", "/dev/null"), 5, "Not a directory"),
    (("show", "elm-2", "--as", "ben"), 3, "client: there is no client elm-2 in this practice"),
    (("show", "elm-1", "--as", "nobody"), 1, "ACC-01"),
    (("show", "elm-1", "--as", "ben", "--practice", "oak"), 3, "practice: there is no such practice in this log"),
    (("replay", "elm-1", "--as", "ben", "--as-known", "yesterday"), 2, "time: must be like"),
    (("run", "/nowhere.toml"), 3, "history: there is no file"),
    (("verify", "--checkpoint", "/nowhere"), 3, "checkpoint: there is no file"),
    (("verify", "elm-9"), 3, "client: there is no client elm-9"),
    (("restore", "/nowhere", "--check"), 3, "is not a backup of a log"),
    (("keys", "juggle"), 2, "keys: must be one of list, check, rotate, backup"),
    (("erase", "elm-1", "--reason", "x", "--basis", "whim", "--as", "ada", "--yes"), 2, "basis: must be one of"),
    (("erase", "elm-1", "--reason", "x", "--basis", "court order", "--as", "ada"), 2, "not confirmed"),
])
def test_a_question_that_cannot_be_answered_is_explained(elm: Path, arguments: tuple[str, ...], code: int, sentence: str
                                                         ) -> None:
    ran = met(*arguments, home=elm)
    assert ran.code == code, ran.err
    assert sentence in ran.sentence


def test_an_emergency_beside_a_mistake_is_answered_first(elm: Path) -> None:
    fields = '{"red_flags": [{"id": "RF-E1"}, {"id": "RF-M7", "words": "Zelda Quark"}]}'
    ran = met("do", "elm-1", "report_red_flags", "--as", "ben", "--json", fields, home=elm)
    assert (ran.code, ran.out) == (2, "")
    first, second = ran.err.splitlines()
    assert first.startswith("met: to do now, although nothing is recorded: ")
    assert first.endswith("(RF-E1)")
    assert second.startswith("met: red_flags: RF-M7 is no red flag of this protocol")
    assert SECRET not in ran.err


def test_no_spelling_of_a_command_is_a_way_around_a_hold(home: Path) -> None:
    assert met("do", "elm-1", "place_hold", "--as", "ada", "--json", '{"reason": "a claim"}', home=home).code == 0
    fields = '{"client": "elm-1", "reason": "asked", "basis": "court order"}'
    for name in ("erase-client", "erase_client", "Erase-Client"):
        assert met("do", "practice", name, "--as", "ada", "--json", fields, home=home).code == 2
    assert met("show", "elm-1", "--as", "ben", home=home).code == 0


def test_an_id_ends_where_it_ends(elm: Path) -> None:
    assert "never a name" in met("do", "elm-1\n", "record_session", "--as", "ben", home=elm).sentence


@pytest.mark.parametrize(("text", "sentence"), [
    ("\x00\x01", "is not a TOML file"),
    ('{"a": 1}', "is not a TOML file"),
    ('title = "x"', 'its first line must be format = "met-history/1"'),
    ('format = "met-history/1"', "is missing"),
    ('format = "met-history/2"\ntitle = "x"', 'its first line must be format = "met-history/1"'),
])
def test_a_file_that_is_not_a_history_is_explained(tmp_path: Path, text: str, sentence: str) -> None:
    ran = met("run", "-", home=tmp_path / "new", stdin=text)
    assert ran.code == 2
    assert sentence in ran.sentence


def test_a_command_id_with_another_body_is_a_conflict_and_the_same_one_the_first_answer(home: Path) -> None:
    command_id = str(uuid4())
    send = ("do", "elm-1", "record_statement", "--as", "ben", "--print-json", "--command-id", command_id, "--json")
    body = {"source": "client_said", "words": "slept well"}
    first = json.loads(met(*send, json.dumps(body), home=home).out)
    again = json.loads(met(*send, json.dumps(body), home=home).out)
    assert (again["position"], again["version"], again["repeated"]) == (first["position"], first["version"], True)
    other = met(*send, json.dumps({**body, "words": "slept badly"}), home=home)
    assert other.code == 4
    assert other.sentence == "command_id: was used already, with another body"


def test_another_practices_client_is_not_found_like_one_that_does_not_exist(home: Path) -> None:
    founded(home, "oak")
    ours = met("show", "elm-1", "--practice", "elm", "--as", "ben", home=home)
    theirs = met("show", "elm-1", "--practice", "oak", "--as", "ben", home=home)
    nobody = met("show", "elm-7", "--practice", "oak", "--as", "ben", home=home)
    assert ours.code == 0
    assert theirs.code == nobody.code == 3
    assert theirs.sentence.replace("elm-1", "X") == nobody.sentence.replace("elm-7", "X")


def test_without_a_log_every_command_says_how_to_make_one(tmp_path: Path) -> None:
    for arguments in (("clients",), ("verify",), ("keys",), ("show", "elm-1", "--as", "ben")):
        ran = met(*arguments, home=tmp_path / "nothing")
        assert ran.code == 3
        assert "there is no log in" in ran.sentence
        assert "met init makes one" in ran.sentence
    assert not (tmp_path / "nothing").exists()


def test_a_directory_with_odd_characters_keeps_everything_inside(tmp_path: Path) -> None:
    home = founded(tmp_path / "a?b c#ü")
    assert {"log.db", "keys.db"} <= {path.name for path in home.iterdir()}
    assert [path.name for path in tmp_path.iterdir()] == [home.name]
    assert met("verify", home=home).code == 0


def test_what_a_client_says_is_entered_by_a_person_on_their_behalf(home: Path) -> None:
    said = ("do", "elm-1", "record_statement", "--by-client", "--json", '{"source": "client_said", "words": "fine"}')
    assert met(*said, home=home).code == 2
    assert met(*said, "--as", "ben", home=home).code == 0
    last = json.loads(met("replay", "elm-1", "--as", "ben", "--json", home=home).out.splitlines()[-1])
    assert (last["meta"]["actor"], last["meta"]["for"]) == ("ben", "elm-1")
