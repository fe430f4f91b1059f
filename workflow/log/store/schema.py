"""The tables of the log, once for SQLite and PostgreSQL. Frozen: docs/formats.md."""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    event,
)

FORMAT = 1

log_tables = MetaData()

# An INTEGER PRIMARY KEY is SQLite's row number made explicit: VACUUM, dump and restore keep it (M5).
Position = BigInteger().with_variant(Integer, "sqlite")

facts = Table(
    "facts", log_tables,
    Column("position", Position, primary_key=True, autoincrement=False),
    Column("practice", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("schema_version", SmallInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("command_id", LargeBinary, nullable=False),
    Column("meta", Text, nullable=False),
    Column("key_id", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Index("facts_by_stream", "practice", "stream", "version", unique=True),
)

receipts = Table(
    "receipts", log_tables,
    Column("practice", Text, primary_key=True),
    Column("command_id", LargeBinary, primary_key=True),
    Column("position", Position, nullable=False),
    Column("facts", SmallInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

head = Table(
    "head", log_tables,
    Column("id", SmallInteger, CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
    Column("format", SmallInteger, nullable=False),
    Column("log_id", LargeBinary, nullable=False),
    Column("epoch", SmallInteger, nullable=False),
    Column("clock", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
)

checkpoints = Table(
    "checkpoints", log_tables,
    Column("epoch", SmallInteger, primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
)

APPEND_ONLY = (facts, receipts, checkpoints)



def _after_create(dialect: str, sql: str) -> None:
    statement = DDL(sql)  # type: ignore[no-untyped-call]
    event.listen(log_tables, "after_create", statement.execute_if(dialect=dialect))


for table in APPEND_ONLY:
    for action in ("UPDATE", "DELETE"):
        _after_create("sqlite", f"CREATE TRIGGER {table.name}_no_{action.lower()} BEFORE {action} ON {table.name} "
                                "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END")

_after_create("postgresql", """
CREATE OR REPLACE FUNCTION met_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the log is append-only'; END $$
""")
for table in APPEND_ONLY:
    _after_create("postgresql", f"CREATE OR REPLACE TRIGGER {table.name}_append_only "
                                f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table.name} "
                                "FOR EACH STATEMENT EXECUTE FUNCTION met_append_only()")
