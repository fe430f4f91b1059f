"""The writer that fits a database."""

from __future__ import annotations

from sqlalchemy import Engine

from workflow.log.append import Writer
from workflow.log.store.database import is_sqlite
from workflow.log.store.sqlite import SqliteStore
from workflow.log.store.statements import Statements


def writer_for(engine: Engine, statements: Statements) -> Writer:
    """The writer for this kind of database; only PostgreSQL needs its driver installed."""
    if is_sqlite(engine):
        return Writer(SqliteStore(engine, statements))
    from workflow.log.store.postgres import PostgresStore
    return Writer(PostgresStore(engine, statements))
