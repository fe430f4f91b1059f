"""Erasure, backups, keys and verification from the command line, on real files."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.cli.support import Ran, met

PHI = (b"Zelda Quark", b"knee osteoarthritis", b"R. Okafor", b"1970-02-03")


def _erase(home: Path, *more: str) -> Ran:
    return met("erase", "elm-1", "--reason", "asked in writing", "--basis", "consent withdrawn", "--as", "ada", "--yes",
               *more, home=home)


def test_after_erasure_the_log_verifies_the_skeleton_stays_and_no_byte_of_the_client(home: Path) -> None:
    assert _erase(home).code == 0
    assert met("verify", home=home).code == 0
    replay = met("replay", "elm-1", "--as", "ada", home=home)
    assert "Client registered (content erased)" in replay.out
    assert "by Ben Ott, ben (coach)" in replay.out
    shown = met("show", "elm-1", "--as", "ada", home=home)
    assert shown.code == 3
    assert shown.sentence == "client: was erased; only the skeleton of the record is left"
    for path in home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(word in content for word in PHI), path.name


def test_the_certificate_says_who_on_which_basis_and_what_was_checked(home: Path) -> None:
    _erase(home)
    from workflow.bootstrap import open_office
    from workflow.settings import settings
    office = open_office(settings(home, {}))
    facts = office.door("elm").streams.history("practice:elm").facts
    office.close()
    decided = next(f for f in facts if f.TOPIC == "practice.erasure_decided")
    certified = next(f for f in facts if f.TOPIC == "practice.erasure_certified")
    assert (decided.meta.actor, decided.meta.role, decided.basis) == ("ada", "owner", "consent withdrawn")
    assert "key destroyed" in certified.checked


def test_a_retention_hold_refuses_erasure_and_only_the_owner_erases(home: Path) -> None:
    assert met("do", "elm-1", "place_hold", "--as", "ada", "--json", '{"reason": "insurer asks"}', home=home).code == 0
    held = _erase(home)
    assert held.code == 1
    assert "PRV-07" in held.out
    assert met("do", "elm-1", "lift_hold", "--as", "ada", "--json", '{"reason": "done"}', home=home).code == 0
    coach = met("erase", "elm-1", "--reason", "x", "--basis", "consent withdrawn", "--as", "ben", "--yes", home=home)
    assert coach.code == 1
    assert "ACC-01" in coach.out
    assert met("show", "elm-1", "--as", "ben", home=home).code == 0


def test_retention_that_is_not_over_refuses_that_basis(home: Path) -> None:
    ran = met("erase", "elm-1", "--reason", "old", "--basis", "retention over", "--as", "ada", "--yes", home=home)
    assert ran.code == 1
    assert "PRV-06" in ran.out


def test_an_older_backup_erases_again_before_it_serves(home: Path, tmp_path: Path) -> None:
    assert met("backup", str(tmp_path / "log"), home=home).code == 0
    assert met("keys", "backup", "--to", str(tmp_path / "keys"), home=home).code == 0
    assert _erase(home).code == 0
    new = tmp_path / "new"
    new.mkdir()
    shutil.copy(home / "master.key", new)
    shutil.copytree(home / "checkpoints", new / "checkpoints")
    refused = met("restore", str(tmp_path / "log"), "--keys-from", str(tmp_path / "keys"), home=new)
    assert refused.code == 6
    assert "more facts than this backup holds" in refused.sentence
    taken = met("restore", str(tmp_path / "log"), "--keys-from", str(tmp_path / "keys"), "--accept-loss", "--as", "ada",
                "--reason", "the disk died", home=new)
    assert taken.code == 0, taken.err
    assert "Client registered (content erased)" in met("replay", "elm-1", "--as", "ada", home=new).out
    assert met("verify", home=new).code == 0
    assert "destroyed" in met("keys", home=new).out
    assert not any(word in p.read_bytes() for p in new.rglob("*") if p.is_file() for word in PHI)


def test_a_backup_restores_to_the_same_log(home: Path, tmp_path: Path) -> None:
    assert met("backup", str(tmp_path / "log"), home=home).code == 0
    assert met("keys", "backup", "--to", str(tmp_path / "keys"), home=home).code == 0
    before = json.loads(met("verify", "--json", home=home).out)
    new = tmp_path / "new"
    new.mkdir()
    shutil.copy(home / "master.key", new)
    shutil.copytree(home / "checkpoints", new / "checkpoints")
    assert met("restore", str(tmp_path / "log"), "--keys-from", str(tmp_path / "keys"), home=new).code == 0
    after = json.loads(met("verify", "--json", home=new).out)
    assert (after["root"], after["facts"], after["holds"]) == (before["root"], before["facts"], True)
    assert met("show", "elm-1", "--as", "ben", home=new).code == 0


def test_a_damaged_backup_is_refused(home: Path, tmp_path: Path) -> None:
    assert met("backup", str(tmp_path / "log"), home=home).code == 0
    file = tmp_path / "log" / "log.db"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    ran = met("restore", str(tmp_path / "log"), "--check", home=home)
    assert ran.code == 6
    assert "its file is not the one" in ran.sentence


def test_a_new_master_key_opens_everything_and_the_old_one_nothing(home: Path) -> None:
    assert met("keys", "rotate", home=home).code == 0
    assert met("show", "elm-1", "--as", "ben", home=home).code == 0
    (home / "master.key.former").rename(home / "master.key") if (home / "master.key.former").exists() else (
        home / "master.former").rename(home / "master.key")
    ran = met("show", "elm-1", "--as", "ben", home=home)
    assert ran.code == 5
    assert ran.sentence == "master key: is not the one that this key store was made with"


def test_a_log_that_does_not_verify_opens_read_only_and_says_why(home: Path) -> None:
    connection = sqlite3.connect(home / "log.db")
    connection.execute("DROP TRIGGER facts_no_update")
    connection.execute("UPDATE facts SET meta = replace(meta, 'ben', 'eve') WHERE position = 4")
    connection.commit()
    connection.close()
    wrote = met("do", "elm-1", "record_session", "--as", "ben", home=home)
    assert wrote.code == 6
    assert "read-only" in wrote.sentence
    assert "position 4" in wrote.sentence
    checked = met("verify", home=home)
    assert checked.code == 6
    assert "position 4: the row is not the one that was recorded there" in checked.out
    doctor = met("doctor", home=home)
    assert doctor.code == 1
    assert "wrong  verification" in doctor.out


def test_a_checkpoint_from_elsewhere_finds_a_whole_directory_that_was_put_back(home: Path, tmp_path: Path) -> None:
    old = Path(shutil.copytree(home, tmp_path / "old"))
    assert met("do", "elm-1", "record_statement", "--as", "ben", "--json",
               '{"source": "client_said", "words": "fine"}', home=home).code == 0
    kept = tmp_path / "kept.checkpoint"
    shutil.copy(home / "checkpoints" / "latest.checkpoint", kept)
    assert met("verify", "--checkpoint", str(kept), home=home).code == 0
    assert met("verify", home=old).code == 0
    found = met("verify", "--checkpoint", str(kept), home=old)
    assert found.code == 6
    assert "a checkpoint signs for" in found.out


def test_reading_a_client_is_itself_recorded(home: Path) -> None:
    assert met("show", "elm-1", "--as", "ben", "--purpose", "handover", home=home).code == 0
    from workflow.bootstrap import open_office
    from workflow.settings import settings
    office = open_office(settings(home, {}))
    *_, fact = office.door("elm").streams.history("access:elm-1").facts
    office.close()
    assert (fact.TOPIC, fact.meta.actor, fact.meta.role, fact.meta.purpose) == (
        "access.client_read", "ben", "coach", "handover")


@pytest.mark.parametrize("arguments", [
    ("clients",), ("show", "elm-1", "--as", "ben"), ("replay", "elm-1", "--as", "ben"), ("verify",), ("keys",),
    ("doctor",), ("commands",), ("commands", "record_session")])
def test_every_read_speaks_json(home: Path, arguments: tuple[str, ...]) -> None:
    ran = met(*arguments, "--json", home=home)
    assert ran.code == 0
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert lines
