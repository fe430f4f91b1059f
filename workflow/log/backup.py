"""Backups of the log: one SQLite file with a manifest, whatever database the log lives in, and never a key."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, insert, select, text

from aggregates.kernel.errors import InvalidInput, NotFound, NotVerified, StoreUnavailable
from workflow.bounded import text_of
from workflow.log.event_log import EventLog
from workflow.log.proof.verify import Report
from workflow.log.proof.witness import Witness
from workflow.log.store.database import is_sqlite, open_engine, sqlite_url, store_errors
from workflow.log.store.schema import checkpoints, facts, head, log_tables, receipts

LOG, MANIFEST, KEYS = "log.db", "manifest.json", "keys.db"
PAGE = 5_000


class Manifest(NamedTuple):
    """What a backup holds."""

    log_id: str
    epoch: int
    facts: int
    sha256: str


def new_directory(path: Path) -> None:
    """Make a directory that must not be there yet."""
    try:
        path.mkdir(parents=True, mode=0o700)
    except FileExistsError:
        raise InvalidInput(f"backup: {path} is there already; a backup goes into a new directory") from None
    except OSError as error:
        raise StoreUnavailable(f"backup: can't make {path}: {error.strerror}") from None


def backup(log: EventLog, to: Path) -> Manifest:
    """Copy the log as it stands, with its newest checkpoint and the ledger of erased keys."""
    note = log.checkpoint()
    new_directory(to)
    target = to / LOG
    target.touch(0o600)
    with store_errors("backup"):
        if is_sqlite(log.engine):
            copy_sqlite(log.engine, target)
        else:
            copy_tables(log.engine, _made(target))
    witness = Witness(to)
    if note is not None:
        witness.keep(note)
    for key_id in log.witness.erased():
        witness.note_erasure(key_id)
    for tombstone in log.witness.tombstones():
        witness.bury(tombstone)
    with sqlite3.connect(target) as connection:
        size, epoch = connection.execute("SELECT position, epoch FROM head").fetchone()
    connection.close()
    manifest = Manifest(log.identity.log_id.hex(), epoch, size, file_hash(target))
    (to / MANIFEST).write_text(json.dumps(manifest._asdict(), indent=1) + "\n", "utf-8")
    return manifest


def read_manifest(source: Path) -> Manifest:
    """The manifest of a backup; `NotFound` if this is none."""
    try:
        return Manifest(**json.loads(text_of(source / MANIFEST, "backup")))
    except (OSError, ValueError, TypeError):
        raise NotFound(f"backup: {source} is not a backup of a log") from None


def check_backup(source: Path, progress: Callable[[int], None] = lambda _: None) -> tuple[Manifest, Report]:
    """Verify a backup by itself: its file, every fact, and the checkpoint beside it. Changes nothing."""
    manifest = read_manifest(source)
    if file_hash(source / LOG) != manifest.sha256:
        raise NotVerified("backup: its file is not the one that the manifest was written for")
    log = EventLog(open_engine(sqlite_url(source / LOG), read_only=True), Witness(source), None)
    try:
        return manifest, log.verify(progress=progress)
    finally:
        log.close()


def load_backup(source: Path, engine: Engine) -> None:
    """Fill an empty database with a backup."""
    with store_errors("restore"):
        if is_sqlite(engine):
            _into_sqlite(source / LOG, engine)
            return
        log_tables.create_all(engine)
        origin = open_engine(sqlite_url(source / LOG), read_only=True)
        try:
            copy_tables(origin, engine)
        finally:
            origin.dispose()


def copy_sqlite(engine: Engine, target: Path) -> None:
    """A consistent copy of a SQLite database while it is in use."""
    held: Any = engine.raw_connection()
    try:
        copy = sqlite3.connect(target)
        with copy:
            held.driver_connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.close()
    finally:
        held.close()


def _into_sqlite(source: Path, engine: Engine) -> None:
    held: Any = engine.raw_connection()
    try:
        origin = sqlite3.connect(source)
        origin.backup(held.driver_connection)
        origin.close()
    finally:
        held.close()


def copy_tables(source: Engine, target: Engine) -> None:
    """Copy every row of the log's tables as it stands at one moment."""
    with source.connect() as reading, target.connect() as writing:
        if not is_sqlite(source):
            reading = reading.execution_options(isolation_level="REPEATABLE READ")
        writing.execute(text("BEGIN"))
        for table in (head, facts, receipts, checkpoints):
            _copy(reading, writing, table)
        writing.execute(text("COMMIT"))


def _copy(reading: Connection, writing: Connection, table: Any) -> None:
    result = reading.execution_options(yield_per=PAGE).execute(select(table).order_by(*table.primary_key.columns))
    for page in result.partitions(PAGE):
        writing.execute(insert(table), [row._asdict() for row in page])


def _made(path: Path) -> Engine:
    engine = open_engine(sqlite_url(path))
    log_tables.create_all(engine)
    return engine


def file_hash(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    try:
        with path.open("rb") as file:
            digest = sha256()
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError:
        raise NotFound(f"backup: {path.name} is missing from {path.parent}") from None
    return digest.hexdigest()
