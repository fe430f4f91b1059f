"""A reviewer's copy that can't be written proves itself; what would have to be recorded is refused there."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.support import met
from tests.cli.unprivileged import met_bound_by_modes, set_modes
from workflow.cli.office import opened_to_read
from workflow.log.database_files import open_to_read
from workflow.log.store.database import sqlite_url

STATEMENT = '{"source": "client_said", "words": "fine"}'


@pytest.fixture
def copy(home: Path) -> Iterator[Path]:
    """A whole data directory, chmod -w."""
    set_modes(home, writable=False)
    yield home
    set_modes(home, writable=True)


def left_behind(home: Path, *, with_index: bool) -> None:
    """The write-ahead log of a process that was killed after a commit."""
    connection = sqlite3.connect(home / "log.db")
    connection.execute("CREATE TABLE committed (word TEXT)")
    connection.execute("INSERT INTO committed VALUES ('here')")
    connection.commit()
    kept = home.with_name("kept")
    kept.mkdir()
    for name in ("log.db", "log.db-wal", *(["log.db-shm"] if with_index else [])):
        shutil.copy(home / name, kept)
    connection.close()
    for path in kept.iterdir():
        shutil.copy(path, home)


@pytest.mark.parametrize("arguments", [("verify",), ("clients",), ("doctor",), ("keys",), ("keys", "check"),
                                       ("verify", "elm-1"), ("verify", "--json"),
                                       ("replay", "practice", "--as", "ada")])
def test_a_copy_that_can_not_be_written_can_be_verified_and_looked_at(copy: Path, arguments: tuple[str, ...]) -> None:
    before = sorted(copy.rglob("*"))
    ran = met_bound_by_modes(*arguments, home=copy)
    assert (ran.code, ran.err) == (0, "")
    assert sorted(copy.rglob("*")) == before


@pytest.mark.parametrize("arguments", [
    ("show", "elm-1", "--as", "ben"), ("replay", "elm-1", "--as", "ben"), ("export", "elm-1", "--as", "ben"),
    ("do", "elm-1", "record_statement", "--as", "ben", "--json", STATEMENT)])
def test_no_record_is_read_where_the_reading_can_not_be_recorded(copy: Path, arguments: tuple[str, ...]) -> None:
    ran = met_bound_by_modes(*arguments, home=copy)
    assert (ran.code, ran.out) == (5, "")
    assert "can't be written" in ran.sentence
    assert "this command writes down what it does" in ran.sentence


def test_the_same_holds_if_only_the_directory_itself_can_not_be_written(home: Path) -> None:
    home.chmod(0o500)
    try:
        assert met_bound_by_modes("verify", home=home).code == 0
        assert "this command writes down" in met_bound_by_modes("show", "elm-1", "--as", "ben", home=home).sentence
    finally:
        home.chmod(0o700)


def test_an_altered_copy_is_found_out(home: Path) -> None:
    connection = sqlite3.connect(home / "log.db")
    connection.execute("DROP TRIGGER facts_no_update")
    connection.execute("UPDATE facts SET meta = replace(meta, 'ben', 'eve') WHERE position = 4")
    connection.commit()
    connection.close()
    set_modes(home, writable=False)
    ran = met_bound_by_modes("verify", home=home)
    set_modes(home, writable=True)
    assert ran.code == 6
    assert "position 4" in ran.out


def test_what_a_killed_process_left_is_read_with_it(home: Path) -> None:
    left_behind(home, with_index=True)
    set_modes(home, writable=False)
    ran = met_bound_by_modes("verify", home=home)
    set_modes(home, writable=True)
    assert ran.code == 0, ran.err


def test_what_a_killed_process_left_and_can_not_be_read_is_said_and_never_passed_over(home: Path) -> None:
    left_behind(home, with_index=False)
    set_modes(home, writable=False)
    ran = met_bound_by_modes("verify", home=home)
    set_modes(home, writable=True)
    assert ran.code == 5
    assert "what an interrupted process left in log.db-wal can't be read" in ran.sentence
    assert met("verify", home=home).code == 0, "in a copy that can be written it is read"


def test_a_file_that_was_written_while_it_was_read_as_standing_still_is_noticed(
        home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("workflow.log.database_files.os.access", lambda *_: False)
    engine, standing = open_to_read(sqlite_url(home / "log.db"), "log")
    engine.dispose()
    assert standing is not None
    assert not standing.moved()
    with pytest.raises(SystemExit) as left, opened_to_read(home):
        met("show", "elm-1", "--as", "ben", home=home)
    assert left.value.code == 5
    assert "somebody wrote to it while it was read" in capsys.readouterr().err
    assert standing.moved()


def test_a_checkpoint_that_can_not_be_kept_outside_takes_nothing_back(home: Path, tmp_path: Path) -> None:
    outside = Path(shutil.copytree(home / "checkpoints", tmp_path / "outside"))
    set_modes(outside, writable=False)
    ran = met_bound_by_modes("do", "elm-1", "record_statement", "--as", "ben", "--json", STATEMENT, home=home,
                             MET_CHECKPOINTS=str(outside))
    set_modes(outside, writable=True)
    assert ran.code == 5
    assert "version 5" in ran.out
    assert ran.sentence == ("everything is recorded as answered, and nothing has to be done again; only the newest "
                            "checkpoint can't be written outside the database: Permission denied")
    assert '"fine"' in met("replay", "elm-1", "--as", "ben", home=home).out
