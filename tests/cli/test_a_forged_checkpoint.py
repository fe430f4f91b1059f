"""A forged checkpoint in the database turns the log read-only at the next opening, before any verification."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.cli.support import met
from workflow.log.event_log import read_identity
from workflow.log.proof.checkpoint import Checkpoint, sign
from workflow.log.store.database import open_engine, sqlite_url

COACH = ("do", "practice", "add_person", "--as", "ada", "--json", '{"person": "cy", "name": "Cy Ott", "role": "coach"}')


def forge(home: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(home / "log.db")) as log, log:
        log.execute("DROP TRIGGER checkpoints_no_update")
        log.execute(statement, values)


def size_of(home: Path) -> int:
    with closing(sqlite3.connect(home / "log.db")) as log:
        return int(log.execute("SELECT position FROM head").fetchone()[0])


def refused(home: Path) -> str:
    """What a command that writes hears, having written nothing."""
    before = size_of(home)
    ran = met(*COACH, home=home)
    assert ran.code == 6
    assert size_of(home) == before
    return ran.sentence


NEWEST = "WHERE size = (SELECT max(size) FROM checkpoints)"


@pytest.mark.parametrize("statement", [
    f"UPDATE checkpoints SET note = 'x' {NEWEST}",
    f"UPDATE checkpoints SET note = replace(note, char(10) || size || char(10), char(10) || '1' || char(10)) {NEWEST}",
    f"UPDATE checkpoints SET frontier = zeroblob(length(frontier)) {NEWEST}",
    f"UPDATE checkpoints SET size = 'many' {NEWEST}",
    "INSERT INTO checkpoints SELECT epoch, size + 1000, note, frontier FROM checkpoints",
    "INSERT INTO checkpoints SELECT epoch + 1, size, note, frontier FROM checkpoints"])
def test_a_row_that_was_not_signed_so_refuses_every_writer(home: Path, statement: str) -> None:
    forge(home, statement)
    sentence = refused(home)
    assert sentence.startswith("log: read-only, because it does not verify: the checkpoint row of epoch ")
    assert sentence.endswith("is not what was signed")
    assert met("verify", home=home).code == 6


def test_a_row_under_another_key_is_forged_also_where_its_root_is_right(home: Path) -> None:
    with closing(sqlite3.connect(home / "log.db")) as log:
        size, note = log.execute("SELECT size, note FROM checkpoints ORDER BY size DESC").fetchone()
    engine = open_engine(sqlite_url(home / "log.db"), read_only=True)
    origin, root = read_identity(engine).origin, note.split("\n")[2]
    engine.dispose()
    from base64 import b64decode
    other = sign(Checkpoint(origin, size, b64decode(root)), Ed25519PrivateKey.generate())
    forge(home, "UPDATE checkpoints SET note = ? WHERE size = ?", other, size)
    assert "is not what was signed" in refused(home)


def test_an_untouched_log_and_one_whose_rows_are_missing_are_written_as_before(home: Path) -> None:
    with closing(sqlite3.connect(home / "log.db")) as log, log:
        log.execute("DROP TRIGGER checkpoints_no_delete")
        log.execute("DELETE FROM checkpoints")
    assert met(*COACH, home=home).code == 0
