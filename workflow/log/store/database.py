"""Opening a database so that it keeps its promises: durable commits, limited waits, silent errors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import PoolProxiedConnection

from aggregates.kernel.errors import StoreUnavailable

WAIT_SECONDS = 5
STATEMENT_SECONDS = 60
ANSWER_SECONDS = 65  # the server ends a statement by itself before that, unless it is gone
POOL = 40


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def open_engine(url: str, *, read_only: bool = False) -> Engine:
    """An engine whose connections are autocommitting, durable and never wait for ever."""
    kind = make_url(url).get_backend_name()
    if kind == "sqlite":
        return _open_sqlite(url, read_only)
    if kind == "postgresql":
        return _open_postgres(url, read_only)
    raise StoreUnavailable(f"database URL: {kind} is not one of sqlite, postgresql")


def _open_sqlite(url: str, read_only: bool) -> Engine:
    engine = create_engine(
        url, hide_parameters=True, pool_size=POOL, max_overflow=POOL, pool_timeout=WAIT_SECONDS,
        connect_args={"timeout": WAIT_SECONDS, "isolation_level": None, "check_same_thread": False,
                      "cached_statements": 256})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        if read_only:
            connection.execute("PRAGMA query_only = ON")
            return
        try:
            mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        except UnicodeDecodeError:  # SQLite's message quotes a schema that is no text any more
            raise StoreUnavailable("database: the database file is damaged") from None
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        level = connection.execute("PRAGMA synchronous").fetchone()[0]
        if (mode, level) != ("wal", 2) and make_url(url).database not in (None, "", ":memory:"):
            raise StoreUnavailable("database: SQLite would not set journal_mode=WAL with synchronous=FULL")

    return engine


def _open_postgres(url: str, read_only: bool) -> Engine:
    settings = [f"-c lock_timeout={WAIT_SECONDS}s", f"-c statement_timeout={STATEMENT_SECONDS}s",
                f"-c idle_in_transaction_session_timeout={STATEMENT_SECONDS}s", "-c synchronous_commit=on"]
    if read_only:
        settings.append("-c default_transaction_read_only=on")
    engine = create_engine(
        url, hide_parameters=True, isolation_level="AUTOCOMMIT", pool_size=POOL, max_overflow=POOL,
        pool_timeout=WAIT_SECONDS, pool_use_lifo=True, pool_pre_ping=True,
        connect_args={"connect_timeout": WAIT_SECONDS, "options": " ".join(settings), "keepalives": 1,
                      "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
                      "tcp_user_timeout": 10_000})
    from workflow.log.store.patience import patient_for
    connection_type = patient_for(ANSWER_SECONDS)

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, arguments: Any, options: Any) -> Any:
        return connection_type.connect(*arguments, **options)

    return engine


def hold_connection(engine: Engine, what: str) -> PoolProxiedConnection:
    """The driver's own connection; the pool raises the driver's own errors, which nobody else knows."""
    try:
        return engine.raw_connection()
    except (PoolTimeout, DBAPIError, engine.dialect.loaded_dbapi.Error) as error:
        raise StoreUnavailable(f"{what}: {reason(error)}") from None


def is_sqlite(engine: Engine) -> bool:
    """Whether the engine stands on SQLite."""
    return engine.dialect.name == "sqlite"


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """All or nothing. The engines autocommit, so the transaction is begun and ended by name."""
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_sqlite(engine) else "BEGIN")
        try:
            yield connection
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
        connection.exec_driver_sql("COMMIT")


@contextmanager
def store_errors(what: str) -> Iterator[None]:
    """Turn a driver's error into one sentence about *what*, without parameters or addresses."""
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        raise StoreUnavailable(f"{what}: {reason(error)}") from None
    except sqlite3.Error as error:
        raise StoreUnavailable(f"{what}: {reason(error)}") from None


def reason(error: BaseException) -> str:
    """What a database said, in words that hold no stored value."""
    cause = getattr(error, "orig", None) or error
    text = str(cause).lower()
    known = {
        "disk is full": "the disk is full", "no space left": "the disk is full",
        "locked": "somebody else holds the database for longer than the wait limit",
        "lock timeout": "somebody else holds the database for longer than the wait limit",
        "malformed": "the database file is damaged", "not a database": "the file is not a database",
        "disk i/o error": "the disk reports an error", "unable to open": "the database file can't be opened",
        "readonly": "the database can't be written", "read-only": "the database can't be written",
        "refused": "the database server refuses the connection", "timeout": "the wait limit was reached",
        "no such table": "the database holds no log", "does not exist": "the database holds no log",
        "password": "the database server refuses these credentials",
    }
    for sign, sentence in known.items():
        if sign in text:
            return sentence
    if isinstance(error, OperationalError | PoolTimeout) or type(cause).__name__ == "OperationalError":
        return "the database can't be reached"
    return f"the database reports {type(cause).__name__}"
