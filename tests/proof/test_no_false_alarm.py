"""A log that nobody altered always verifies: after VACUUM, after dump and restore, on another database."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select

from tests.proof.recorded import FACTS, SIGNED, SIGNING_KEY, Recorded, record
from workflow.log.event_log import EventLog
from workflow.log.proof import verify
from workflow.log.proof.witness import Witness
from workflow.log.store.database import open_engine, sqlite_url
from workflow.log.store.schema import log_tables


@contextmanager
def opened(engine: Engine, witness: Witness) -> Iterator[EventLog]:
    """The log, as the engine opens it for writing."""
    log = EventLog(engine, witness, SIGNING_KEY)
    yield log
    log.close()


def assert_holds(log: EventLog) -> None:
    report = log.verify()
    assert report.problems == ()
    assert (report.facts, report.checkpoints) == (FACTS, len(SIGNED))
    assert log.why_read_only is None


@pytest.fixture
def copy(recorded: Recorded, tmp_path: Path) -> Path:
    """A copy of the log's file."""
    return Path(shutil.copy(recorded.path, tmp_path / "copy.db"))


def test_an_untouched_log_holds(recorded: Recorded, copy: Path) -> None:
    with opened(open_engine(sqlite_url(copy)), recorded.witness) as log:
        assert_holds(log)


def test_an_empty_log_holds(tmp_path: Path) -> None:
    log = EventLog.create(open_engine(sqlite_url(tmp_path / "log.db")), Witness(tmp_path), SIGNING_KEY)
    assert log.verify().holds
    log.close()


def test_it_holds_after_vacuum(recorded: Recorded, copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("VACUUM")
    with opened(open_engine(sqlite_url(copy)), recorded.witness) as log:
        assert_holds(log)


def test_it_holds_after_dump_and_restore(recorded: Recorded, tmp_path: Path) -> None:
    with closing(sqlite3.connect(recorded.path)) as source, closing(sqlite3.connect(tmp_path / "new.db")) as target:
        target.executescript("\n".join(source.iterdump()))
    with opened(open_engine(sqlite_url(tmp_path / "new.db")), recorded.witness) as log:
        assert_holds(log)


def test_it_holds_after_all_rows_were_copied_to_postgresql(recorded: Recorded, postgres_url: str) -> None:
    source, target = open_engine(sqlite_url(recorded.path)), open_engine(postgres_url)
    log_tables.create_all(target)
    with source.connect() as reading, target.begin() as writing:
        for table in log_tables.sorted_tables:
            writing.execute(insert(table), [dict(row._mapping) for row in reading.execute(select(table))])
    source.dispose()
    with opened(target, recorded.witness) as log:
        assert_holds(log)


def test_it_holds_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    log = record(open_engine(postgres_url), Witness(tmp_path))
    assert_holds(log)
    log.close()


def test_a_checkpoint_row_that_a_crash_left_out_is_no_alarm(recorded: Recorded, copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("DROP TRIGGER checkpoints_no_delete")
        connection.execute("DELETE FROM checkpoints")
    with opened(open_engine(sqlite_url(copy)), recorded.witness) as log:
        assert_holds(log)


def test_a_note_that_a_crash_cut_short_is_no_alarm(recorded: Recorded, copy: Path, tmp_path: Path) -> None:
    witness = Witness(tmp_path / "checkpoints")
    shutil.copytree(recorded.witness.directory, witness.directory)
    history = witness.directory / "checkpoints.txt"
    notes = history.read_text("utf-8")
    history.write_text(notes[:-20] + notes, "utf-8")
    with opened(open_engine(sqlite_url(copy)), witness) as log:
        assert_holds(log)


def test_it_holds_with_more_streams_than_fit_into_memory(recorded: Recorded, copy: Path,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "STREAMS_IN_MEMORY", 2)
    with opened(open_engine(sqlite_url(copy)), recorded.witness) as log:
        assert_holds(log)
