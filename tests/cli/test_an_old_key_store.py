"""An old key store that is put back brings nobody back who was erased: not to a reader, and not to a writer."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.support import met
from workflow.bootstrap import Office, open_office, open_reading
from workflow.engine.replay import replay
from workflow.log.seal.keys import Destroyed, keys
from workflow.settings import settings


@pytest.fixture
def revived(home: Path, tmp_path: Path) -> Path:
    """elm-1 was erased, then the key store of the day before was copied over the present one."""
    with closing(sqlite3.connect(home / "keys.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(home / "keys.db", tmp_path / "old.db")
    assert met("erase", "elm-1", "--reason", "asked", "--basis", "consent withdrawn", "--as", "ada", "--yes",
               home=home).code == 0
    put_back(home, tmp_path)
    return home


def put_back(home: Path, tmp_path: Path) -> None:
    for name in ("keys.db-wal", "keys.db-shm"):
        (home / name).unlink(missing_ok=True)
    shutil.copy(tmp_path / "old.db", home / "keys.db")


def is_wrapped(home: Path) -> bool:
    """Whether the client's key is in the file."""
    with closing(sqlite3.connect(home / "keys.db")) as connection:
        wrapped = connection.execute("SELECT wrapped FROM keys WHERE subject = 'client:elm-1'").fetchone()[0]
    return wrapped is not None


def bring_back(office: Office) -> None:
    """A wrapped key that nobody can open is found to be closed only by whoever tries."""
    with office.keys.engine.begin() as connection:
        connection.execute(keys.update().where(keys.c.subject == "client:elm-1").values(
            wrapped=bytes(60), destroyed_at=None))


def ask_for_the_client(office: Office) -> None:
    door = office.door("elm")
    with pytest.raises(Destroyed):
        door.care("elm-1")
    rows = door.log.reader.stream("elm", "care:elm-1")
    assert [step.fact for step in replay(rows[:-1], door.streams, door.keys)] == [None] * (len(rows) - 1)
    told = replay(rows, door.streams, door.keys)
    assert [step.row.name for step in told if step.fact is not None] == ["care.client_erased"]


def test_who_only_reads_is_not_served_a_client_whose_key_came_back(revived: Path) -> None:
    with closing(open_reading(settings(revived, {}))) as office:
        ask_for_the_client(office)
    assert is_wrapped(revived), "a reader writes nothing"


def test_the_client_s_own_stream_is_enough_to_refuse_when_every_file_outside_is_gone(revived: Path) -> None:
    shutil.rmtree(revived / "checkpoints")
    with closing(open_reading(settings(revived, {}))) as office:
        ask_for_the_client(office)


def test_a_key_that_comes_back_while_the_log_is_open_opens_nothing(revived: Path) -> None:
    with closing(open_office(settings(revived, {}))) as office:
        bring_back(office)
        door = office.door("elm")
        rows = door.log.reader.stream("elm", "care:elm-1")
        facts = [step.fact for step in replay(rows, door.streams, door.keys)]
        assert facts[:-1] == [None] * (len(rows) - 1)


def test_nor_does_it_load_the_client(revived: Path) -> None:
    with closing(open_office(settings(revived, {}))) as office:
        bring_back(office)
        with pytest.raises(Destroyed):
            office.door("elm").care("elm-1")


def test_doctor_and_the_checks_of_keys_say_that_the_key_is_back_and_do_not_count_it(revived: Path) -> None:
    sentence = "client elm-1 of practice elm was erased, and their key is back in the key store"
    doctor = met("doctor", "--json", home=revived)
    assert doctor.code == 1
    (found,) = [each for each in json.loads(doctor.out) if each["what"] == "erased client"]
    assert (found["fine"], found["says"].startswith(sentence)) == (False, True)
    checked = met("keys", "check", home=revived)
    assert checked.code == 5
    assert sentence in checked.out
    assert "1 keys open with this master key, 1 are destroyed" in checked.out
    assert checked.sentence == ("keys: 1 of erased clients are still here; the next command that writes destroys them")
    assert "erased, but still here" in met("keys", home=revived).out
    verified = json.loads(met("verify", "--json", home=revived).out)
    assert (verified["holds"], verified["erased"] > 0) == (True, True)
    assert [each.startswith(sentence) for each in verified["warnings"]] == [True]


def test_a_key_that_came_back_goes_into_no_backup_of_keys(revived: Path, tmp_path: Path) -> None:
    ran = met("keys", "backup", "--to", str(tmp_path / "keys"), home=revived)
    assert ran.code == 5
    assert not (tmp_path / "keys").exists()


def test_the_next_command_that_writes_destroys_it_again_and_certifies_that(revived: Path) -> None:
    added = met("do", "practice", "add_person", "--as", "ada", "--json",
                '{"person": "cy", "name": "Cy Ott", "role": "coach"}', home=revived)
    assert added.code == 0
    assert not is_wrapped(revived)
    with closing(sqlite3.connect(revived / "log.db")) as log:
        certified = log.execute("SELECT count(*) FROM facts WHERE name = 'practice.erasure_certified'").fetchone()
    assert certified == (2,)
    assert met("keys", "check", home=revived).code == 0
    assert met("doctor", home=revived).code == 0


@pytest.mark.parametrize("command", ["show", "replay"])
def test_who_reads_through_a_writing_office_is_not_served_either(revived: Path, command: str) -> None:
    ran = met(command, "elm-1", "--as", "ada", home=revived)
    assert "Zelda Quark" not in ran.out
    assert not is_wrapped(revived)


def test_a_reader_does_not_get_the_key_itself_either(revived: Path) -> None:
    with closing(open_reading(settings(revived, {}))) as office, pytest.raises(Destroyed):
        office.keys.of("elm", "client:elm-1")
