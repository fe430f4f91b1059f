"""Snapshots: an authenticated cache that saves replay and never changes an answer. It may be deleted at any time."""

from __future__ import annotations

import os
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from sqlalchemy import Column, Engine, Integer, LargeBinary, MetaData, Table, Text, delete, insert, select, text
from sqlalchemy.exc import DBAPIError

import aggregates
from aggregates.kernel.errors import NotFound, Unreadable
from aggregates.kernel.event_sourced import EventSourced
from workflow.log.codec import from_micros, to_micros
from workflow.log.row import field
from workflow.log.seal.keys import Key, KeyStore
from workflow.log.store.database import is_sqlite, store_errors, transaction

view_tables = MetaData()
snapshots = Table(
    "snapshots", view_tables,
    Column("practice", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("key_id", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
NONCE = 12


class Found(NamedTuple):
    """A snapshot that opened: the aggregate as it was at *version*, whose fact had *leaf*."""

    aggregate: EventSourced
    version: int
    leaf: bytes


class Content(msgspec.Struct, array_like=True):
    """What is sealed in a snapshot."""

    created: int
    modified: int
    leaf: bytes
    memory: msgspec.Raw


class Snapshots:
    """Keeps the newest snapshot of each stream, sealed under the stream's own key."""

    def __init__(self, engine: Engine, keys: KeyStore, log_id: bytes) -> None:
        self._engine, self._keys, self._log_id = engine, keys, log_id
        with store_errors("views"):
            view_tables.create_all(engine)

    def save(self, practice: str, stream: str, aggregate: EventSourced, leaf: bytes, key: Key) -> None:
        """Replace the stream's snapshot, sealed under its own *key*. A cache that can't be written is no harm."""
        memory = aggregate.memory  # type: ignore[attr-defined]
        content = msgspec.msgpack.encode(Content(
            to_micros(aggregate.created_on), to_micros(aggregate.modified_on), leaf,
            msgspec.Raw(msgspec.msgpack.encode(memory))))
        try:
            nonce = os.urandom(NONCE)
            bound = self._bound_to(practice, stream, aggregate.version)
            body = nonce + key.aead.encrypt(nonce, content, bound)
            with transaction(self._engine) as connection:
                connection.execute(delete(snapshots).where(
                    snapshots.c.practice == practice, snapshots.c.stream == stream))
                connection.execute(insert(snapshots).values(
                    practice=practice, stream=stream, version=aggregate.version, key_id=key.key_id, body=body))
        except DBAPIError:
            return

    def find(self, practice: str, stream: str, kind: type[EventSourced]) -> Found | None:
        """The stream's snapshot, if there is one that opens, fits this version of the code and is authentic."""
        query = select(snapshots.c.version, snapshots.c.key_id, snapshots.c.body).where(
            snapshots.c.practice == practice, snapshots.c.stream == stream)
        try:
            with self._engine.connect() as connection:
                row = connection.execute(query).one_or_none()
        except DBAPIError:
            return None
        if row is None:
            return None
        aggregate = kind.begin(stream, from_micros(0))
        memory_type = type(aggregate.memory)  # type: ignore[attr-defined]
        try:
            key = self._keys.by_id(bytes(row.key_id))
            body, bound = bytes(row.body), self._bound_to(practice, stream, row.version)
            content = msgspec.msgpack.decode(key.aead.decrypt(body[:NONCE], body[NONCE:], bound), type=Content)
            memory = msgspec.msgpack.decode(content.memory, type=memory_type)
        except (InvalidTag, msgspec.MsgspecError, ValueError, NotFound, Unreadable):
            return None
        aggregate.__base_init__(stream, row.version, from_micros(content.created))
        aggregate.modified_on = from_micros(content.modified)
        aggregate.memory = memory  # type: ignore[attr-defined]
        return Found(aggregate, row.version, content.leaf)

    def erase(self, key_id: bytes) -> int:
        """Delete every snapshot sealed under a key, in the file's free pages too; says how many."""
        with store_errors("views"):
            with transaction(self._engine) as connection:
                gone = connection.execute(delete(snapshots).where(snapshots.c.key_id == key_id)).rowcount
            with self._engine.connect() as connection:
                if is_sqlite(self._engine):
                    connection.execute(text("VACUUM"))
                    connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
                else:
                    connection.execute(text("VACUUM FULL snapshots"))
        return gone

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()

    def _bound_to(self, practice: str, stream: str, version: int) -> bytes:
        return b"".join(map(field, (b"met-snapshot-v1", self._log_id, practice.encode(), stream.encode(),
                                    str(version).encode(), code_of_aggregates())))


@lru_cache(1)
def code_of_aggregates() -> bytes:
    """A hash of the code that folds facts: a snapshot is read only by exactly the code that took it."""
    source = sha256()
    for path in sorted(Path(aggregates.__path__[0]).rglob("*.py")):
        source.update(path.read_bytes())
    return source.digest()
