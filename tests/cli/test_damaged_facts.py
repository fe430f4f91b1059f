"""A fact that is not what was recorded ends with one sentence, the command that says more, and the code for damage."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.support import met
from tests.cli.test_what_vouches_for_the_log import told

READING = ("show", "replay", "export")
OF_THE_CLIENT, OF_ITS_READERS, OF_THE_PRACTICE = 4, 8, 3


def damage(home: Path, position: int, change: str) -> None:
    told(home / "log.db", "DROP TRIGGER facts_no_update", f"UPDATE facts SET {change} WHERE position = {position}")


@pytest.mark.parametrize("command", READING)
@pytest.mark.parametrize("change", ["body = x'00'", "meta = replace(meta, 'ben', 'eve')", "name = 'care.hold_placed'",
                                    "name = 'care.nothing'", "key_id = x'00'", "recorded_at = 'soon'"])
def test_a_damaged_fact_of_a_client_points_to_what_proves_it(home: Path, command: str, change: str) -> None:
    damage(home, OF_THE_CLIENT, change)
    ran = met(command, "elm-1", "--as", "ada", home=home)
    assert (ran.code, ran.out) == (6, "")
    assert ran.sentence.endswith("; met verify elm-1 says what is damaged")
    said = met("verify", "elm-1", home=home)
    assert (said.code, "position 4" in said.out, "unbroken" in said.out) == (6, True, False)


def test_a_version_that_is_missing_is_damage_too(home: Path) -> None:
    damage(home, OF_THE_CLIENT + 1, "version = 99")
    ran = met("show", "elm-1", "--as", "ada", home=home)
    assert (ran.code, ran.out) == (6, "")
    assert ran.sentence == "stream: version 2 is missing; met verify elm-1 says what is damaged"


def test_a_damaged_look_is_found_by_whoever_asks_who_looked(home: Path) -> None:
    assert met("show", "elm-1", "--as", "ben", home=home).code == 0
    damage(home, OF_ITS_READERS, "meta = replace(meta, 'ben', 'eve')")
    ran = met("access", "elm-1", "--as", "ada", home=home)
    assert (ran.code, ran.out) == (6, "")
    assert ran.sentence == ("fact at position 8: is not what was sealed there; met verify elm-1 says what is damaged")


@pytest.mark.parametrize("whose", ["practice", "elm-1"])
def test_a_damaged_decision_of_the_practice_points_to_the_proof_of_the_log(home: Path, whose: str) -> None:
    damage(home, OF_THE_PRACTICE, "meta = replace(meta, 'ada', 'eve')")
    ran = met("replay", whose, "--as", "ada", home=home)
    assert (ran.code, ran.out) == (6, "")
    assert "is not what was sealed there; met verify" in ran.sentence


@pytest.mark.parametrize(("change", "code"), [("meta = 5", 6), ("recorded_at = 'soon'", 6), ("body = x'00'", 0)])
def test_a_damaged_skeleton_never_ends_in_anything_but_a_sentence(home: Path, change: str, code: int) -> None:
    assert met("erase", "elm-1", "--reason", "x", "--basis", "consent withdrawn", "--as", "ada", "--yes",
               home=home).code == 0
    damage(home, OF_THE_CLIENT, change)
    ran = met("replay", "elm-1", "--as", "ada", home=home)
    assert ran.code == code
    assert ("met verify elm-1" if code else "it does not verify") in ran.sentence
    shown = met("show", "elm-1", "--as", "ada", home=home)
    assert (shown.code, "do not rely on what is shown" in shown.err) == (3, True)


def test_a_lost_key_is_not_called_damage(home: Path) -> None:
    told(home / "keys.db", "DELETE FROM keys WHERE subject = 'client:elm-1'")
    ran = met("show", "elm-1", "--as", "ben", home=home)
    assert (ran.code, ran.sentence) == (5, "key store: a key that the log names is missing")
