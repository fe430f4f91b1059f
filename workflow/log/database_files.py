"""SQLite files: made for their owner's eyes alone, and read also where nothing can be written."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, QueuePool, create_engine
from sqlalchemy.engine import make_url

from aggregates.kernel.errors import StoreUnavailable
from workflow.log.store.database import open_engine, store_errors


class Standing(NamedTuple):
    """A SQLite file as it was when reading began; nobody may have written to it when reading ends."""

    path: Path
    stamp: tuple[int, int, int, bool]

    def moved(self) -> bool:
        """Whether somebody wrote to it since."""
        return _stamp(self.path) != self.stamp


def file_of(url: str) -> Path:
    """The file of a SQLite database."""
    return Path(make_url(url).database or "").absolute()


def is_there(url: str) -> bool:
    """Whether a SQLite file exists; of a database server only asking tells."""
    return not url.startswith("sqlite") or file_of(url).exists()


def open_private(url: str) -> Engine:
    """An engine for writing; a SQLite file that is not there yet is made readable by its owner alone."""
    if url.startswith("sqlite"):
        path = file_of(url)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDONLY, 0o600))
        except OSError as error:
            raise StoreUnavailable(f"{path.name}: can't be opened: {error.strerror}") from None
    return open_engine(url)


def open_to_read(url: str, what: str) -> tuple[Engine, Standing | None]:
    """An engine that can't write. Where SQLite can't write either, the file must not change while it is read.

    Raises `StoreUnavailable` if what an interrupted writer left behind can't be read: it is never passed over.
    """
    if make_url(url).get_backend_name() != "sqlite":
        return open_engine(url, read_only=True), None
    path = file_of(url)
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return open_engine(url, read_only=True), None
    if _left(path):
        return _with_what_was_left(path, what), None
    standing = Standing(path, _stamp(path))
    return _engine(path, "mode=ro&immutable=1"), standing


def _with_what_was_left(path: Path, what: str) -> Engine:
    engine = _engine(path, "mode=ro")
    try:
        with store_errors(what), engine.connect() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
    except StoreUnavailable:
        raise StoreUnavailable(
            f"{what}: what an interrupted process left in {path.name}-wal can't be read in a directory that can't be "
            "written; make a copy of the directory that can") from None
    return engine


def _engine(path: Path, how: str) -> Engine:
    def connect() -> sqlite3.Connection:
        return sqlite3.connect(f"{path.as_uri()}?{how}", uri=True, isolation_level=None, check_same_thread=False)

    return create_engine("sqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True)


def _stamp(path: Path) -> tuple[int, int, int, bool]:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns, _left(path)


def _left(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0
