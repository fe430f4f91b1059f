"""What verify, doctor and keys check say when a key, a checkpoint or a cache is lost: the cause, once, and no more."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.support import met


def told(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def findings(home: Path) -> dict[str, dict[str, object]]:
    return {each["what"]: each for each in json.loads(met("doctor", "--json", home=home).out)}


@pytest.fixture
def without_a_key(home: Path) -> Path:
    """The only client's key is gone from the key store, and nobody erased it."""
    told(home / "keys.db", "DELETE FROM keys WHERE subject = 'client:elm-1'")
    return home


def test_a_lost_key_is_named_by_its_client_once_and_is_not_said_to_close_the_log(without_a_key: Path) -> None:
    ran = met("verify", home=without_a_key)
    assert ran.code == 6
    assert ran.out.count("a key that the log names is missing") == 1
    assert "position 4" in ran.out
    assert "and 3 more of client elm-1" in ran.out
    assert "read-only" not in ran.out
    added = met("do", "practice", "add_person", "--as", "ada", "--json",
                '{"person": "cy", "name": "Cy Ott", "role": "coach"}', home=without_a_key)
    assert added.code == 0, "others go on, as it was said"


def test_the_doctor_and_the_check_of_keys_compare_the_key_store_with_the_log(without_a_key: Path) -> None:
    keys = findings(without_a_key)["keys"]
    assert (keys["fine"], keys["says"]) == (
        False, "client elm-1 of practice elm, 4 facts: key store: a key that the log names is missing")
    checked = met("keys", "check", home=without_a_key)
    assert checked.code == 5
    assert "client elm-1 of practice elm, 4 facts" in checked.out
    assert checked.sentence == "keys: 1 of those that the log needs can't be used"


def test_a_lost_key_of_the_practice_is_named_as_the_practices(home: Path) -> None:
    told(home / "keys.db", "DELETE FROM keys WHERE subject = 'practice'")
    found = json.loads(met("keys", "check", "--json", home=home).out)
    assert [each["subject"] for each in found["problems"]] == ["practice elm"]


def test_the_key_of_an_erased_client_is_not_missed(home: Path) -> None:
    assert met("erase", "elm-1", "--reason", "x", "--basis", "consent withdrawn", "--as", "ada", "--yes",
               home=home).code == 0
    assert met("keys", "check", home=home).code == 0
    told(home / "keys.db", "DELETE FROM keys WHERE subject = 'client:elm-1'")
    assert met("keys", "check", home=home).code == 0
    assert met("verify", home=home).code == 0


def test_a_log_without_any_checkpoint_is_not_verified_because_nothing_vouches_for_it(home: Path) -> None:
    shutil.rmtree(home / "checkpoints")
    told(home / "log.db", "DROP TRIGGER checkpoints_no_delete", "DELETE FROM checkpoints")
    ran = met("verify", "--json", home=home)
    assert ran.code == 6
    (problem,) = [each["what"] for each in json.loads(ran.out)["problems"]]
    assert problem.startswith(f"the directory {home / 'checkpoints'} is missing, so no signed checkpoint is outside")
    assert "and none inside: nothing vouches for its " in problem
    assert met("doctor", home=home).code == 1
    assert not (home / "checkpoints").exists(), "the doctor signs nothing"


def test_without_checkpoints_outside_those_inside_still_prove_and_a_warning_says_what_they_do_not(home: Path) -> None:
    shutil.rmtree(home / "checkpoints")
    ran = met("verify", home=home)
    assert ran.code == 0
    assert f"warning: the directory {home / 'checkpoints'} is missing" in ran.out
    answer = json.loads(met("verify", "--json", home=home).out)
    assert (answer["holds"], len(answer["warnings"])) == (True, 1)
    assert findings(home)["checkpoint outside the database"]["says"] == (
        f"in {home / 'checkpoints'}, the directory is missing")


def test_a_new_log_with_its_checkpoints_gets_no_warning(elm: Path) -> None:
    assert json.loads(met("verify", "--json", home=elm).out)["warnings"] == []


@pytest.mark.parametrize("junk", [b"junk", b"\xff\xfe\x00junk", b""])
def test_a_checkpoint_that_is_no_checkpoint_stops_neither_doctor_nor_verification(home: Path, junk: bytes) -> None:
    (home / "checkpoints" / "latest.checkpoint").write_bytes(junk)
    assert met("verify", home=home).code == 6
    found = findings(home)
    assert not found["checkpoint outside the database"]["fine"]
    assert found["keys"]["fine"], "one finding stops no other"


def test_reading_from_a_log_that_does_not_verify_warns_in_one_sentence(home: Path) -> None:
    told(home / "log.db", "DROP TRIGGER facts_no_update",
         "UPDATE facts SET meta = replace(meta, 'ben', 'eve') WHERE position = 4")
    for arguments in (("clients",), ("show", "elm-1", "--as", "ada")):
        ran = met(*arguments, home=home)
        if arguments == ("clients",):
            assert (ran.code, "elm-1" in ran.out) == (0, True)
        assert "it does not verify" in ran.sentence or "not what was sealed there" in ran.sentence


def test_a_reading_that_is_not_recorded_says_so(home: Path) -> None:
    (home / "checkpoints" / "latest.checkpoint").write_text("junk")
    for command in ("show", "replay", "export"):
        ran = met(command, "elm-1", "--as", "ada", home=home)
        assert ran.code == 0
        assert "do not rely on what is shown, and reading it is not recorded" in ran.sentence


def test_an_altered_counter_row_is_one_cause_and_one_count(home: Path) -> None:
    for _ in range(3):
        met("show", "elm-1", "--as", "ben", home=home)
    told(home / "log.db", "UPDATE head SET clock = 'virtual'")
    problems = [each["what"] for each in json.loads(met("verify", "--json", home=home).out)["problems"]]
    signed = re.sub(r"\d+ checkpoints", "checkpoints", problems[0])
    assert [signed, *problems[1:]] == [
        "the counter row was altered: its log id, clock or epoch is not the one under which all checkpoints were "
        "signed", "outside the database: checkpoint: belongs to another log, or to this one before it was restored"]


def test_many_altered_checkpoint_rows_are_one_sentence(home: Path) -> None:
    told(home / "log.db", "DROP TRIGGER checkpoints_no_update", "UPDATE checkpoints SET note = 'x' WHERE size < 7")
    problems = [each["what"] for each in json.loads(met("verify", "--json", home=home).out)["problems"]]
    assert problems == ["the checkpoint row of epoch 1, size 2, and 1 more of them is not what was signed"]


def test_a_ledger_of_erasures_that_was_cut_short_is_told_of_and_goes_on(home: Path) -> None:
    ledger = home / "checkpoints" / "erased-keys.txt"
    ledger.write_text("0123")
    assert not findings(home)["ledger of erasures"]["fine"]
    assert met("erase", "elm-1", "--reason", "x", "--basis", "consent withdrawn", "--as", "ada", "--yes",
               home=home).code == 0
    assert [len(line) for line in ledger.read_text().split()] == [4, 32]


def test_files_that_others_may_read_are_found_by_the_doctor(home: Path) -> None:
    for name in ("log.db", "keys.db", "views.db", "master.key", "signing.key"):
        assert (home / name).stat().st_mode & 0o777 == 0o600, name
    (home / "keys.db").chmod(0o644)
    assert not findings(home)["keys.db"]["fine"]
