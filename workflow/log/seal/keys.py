"""The key store: one wrapped key for each client, in a database of its own. Erasing a client is destroying a key."""

from __future__ import annotations

import os
from datetime import datetime
from hashlib import sha256
from hmac import new as hmac
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    LargeBinary,
    MetaData,
    Select,
    SmallInteger,
    Table,
    Text,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy import insert as insert_into
from sqlalchemy.exc import IntegrityError

from aggregates.kernel.errors import StoreUnavailable, Unreadable
from workflow.log.row import field
from workflow.log.seal.master import MasterKey
from workflow.log.store.database import is_sqlite, store_errors, transaction

FORMAT = 1
ERASED = "client: was erased; only the skeleton of the record is left"
TRUST_SECONDS = 5.0  # how long a key may be used after it was last seen to exist

key_tables = MetaData()
keys = Table(
    "keys", key_tables,
    Column("key_id", LargeBinary, primary_key=True),
    Column("practice", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("wrapped", LargeBinary),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("destroyed_at", DateTime(timezone=True)),
)
store = Table(
    "store", key_tables,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("format", SmallInteger, nullable=False),
    Column("log_id", LargeBinary, nullable=False),
    Column("master_check", LargeBinary, nullable=False),
)
LISTED = (keys.c.key_id, keys.c.practice, keys.c.subject, keys.c.created_at, keys.c.destroyed_at)


# HMAC (RFC 2104) from its two halves: the library's one-shot lets other threads run first each time.
INNER, OUTER = bytes(x ^ 0x36 for x in range(256)), bytes(x ^ 0x5C for x in range(256))


class Key:
    """A client's key, ready for use. Printing it shows nothing."""

    __slots__ = ("_inner", "_outer", "aead", "key_id", "seen")

    def __init__(self, key_id: bytes, secret: bytes) -> None:
        self.key_id, self.aead = key_id, AESGCMSIV(secret)
        receipt_key = hmac(secret, b"met-receipt-v1", sha256).digest().ljust(64, b"\0")
        self._inner = sha256(receipt_key.translate(INNER))
        self._outer = sha256(receipt_key.translate(OUTER))
        self.seen = monotonic()

    def digest(self, body: bytes) -> bytes:
        """Sixteen bytes that tell one command body from another, and nothing to whoever lacks the key."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(body)
        outer.update(inner.digest())
        return outer.digest()[:16]


class KeyEntry(NamedTuple):
    """What may be listed of a key."""

    key_id: bytes
    practice: str
    subject: str
    created_at: datetime
    destroyed_at: datetime | None


class KeyStore:
    """Makes, finds and destroys keys."""

    def __init__(self, engine: Engine, master: MasterKey, log_id: bytes) -> None:
        self.engine, self._master, self._log_id = engine, master, log_id
        self._by_id: dict[bytes, Key] = {}
        self._by_subject: dict[tuple[str, str], bytes] = {}
        self._withheld: set[bytes] = set()
        self._making = Lock()

    @classmethod
    def create(cls, engine: Engine, master: MasterKey, log_id: bytes) -> KeyStore:
        """Make an empty key store for a log."""
        with store_errors("key store"), transaction(engine) as connection:
            key_tables.create_all(connection)
            connection.execute(text("CREATE UNIQUE INDEX keys_by_subject ON keys (practice, subject)"))
            connection.execute(insert_into(store).values(
                id=1, format=FORMAT, log_id=log_id, master_check=master.check_value()))
        return cls(engine, master, log_id)

    @staticmethod
    def exists(engine: Engine) -> bool:
        """Whether the database holds a key store."""
        with store_errors("key store"), engine.connect() as connection:
            return inspect(connection).has_table("store")

    @classmethod
    def open(cls, engine: Engine, master: MasterKey, log_id: bytes) -> KeyStore:
        """Open a log's key store; `Unreadable` if master key, log or format are others."""
        if not cls.exists(engine):
            raise StoreUnavailable("key store: holds no key store")
        with store_errors("key store"), engine.connect() as connection:
            row = connection.execute(select(store)).one_or_none()
        if row is None:
            raise StoreUnavailable("key store: holds no key store")
        if row.format != FORMAT:
            raise Unreadable("key store: written by a newer version of MET Workflow")
        if bytes(row.log_id) != log_id:
            raise Unreadable("key store: belongs to another log")
        if bytes(row.master_check) != master.check_value():
            raise Unreadable("master key: is not the one that this key store was made with")
        return cls(engine, master, log_id)

    def make(self, practice: str, subject: str, now: datetime) -> Key:
        """The key of *subject*, made if there is none yet; `Unreadable` if it was destroyed."""
        with self._making:
            found = self.of(practice, subject)
            if found is not None:
                return found
            key_id, secret = os.urandom(16), os.urandom(32)
            wrapped = self._master.wrap(secret, self._bound_to(practice, subject, key_id))
            with store_errors("key store"):
                try:
                    with transaction(self.engine) as connection:
                        connection.execute(insert_into(keys).values(
                            key_id=key_id, practice=practice, subject=subject, wrapped=wrapped, created_at=now))
                except IntegrityError:  # another process made it first
                    return self._must(practice, subject)
            return self._remember(practice, subject, Key(key_id, secret))

    def of(self, practice: str, subject: str) -> Key | None:
        """The key of *subject* if there is one; `Unreadable` if it was destroyed."""
        key_id = self._by_subject.get((practice, subject))
        if key_id is None:
            with store_errors("key store"), self.engine.connect() as connection:
                key_id = connection.execute(select(keys.c.key_id).where(
                    keys.c.practice == practice, keys.c.subject == subject)).scalar()
        return None if key_id is None else self.by_id(bytes(key_id))

    def by_id(self, key_id: bytes) -> Key:
        """A key by its id; `Destroyed` if it was destroyed, `Unreadable` if it is lost."""
        known = self._by_id.get(key_id)
        if known is not None and monotonic() - known.seen < TRUST_SECONDS:
            return known
        if key_id in self._withheld:
            raise Destroyed(ERASED)
        with store_errors("key store"), self.engine.connect() as connection:
            row = connection.execute(select(keys).where(keys.c.key_id == key_id)).one_or_none()
        if row is None:
            raise Unreadable("key store: a key that the log names is missing")
        if row.wrapped is None:
            self.forget(key_id)
            raise Destroyed(ERASED)
        if known is not None:
            known.seen = monotonic()
            return known
        secret = self._master.unwrap(bytes(row.wrapped), self._bound_to(row.practice, row.subject, key_id))
        return self._remember(row.practice, row.subject, Key(key_id, secret))

    def destroy(self, key_id: bytes, now: datetime) -> bool:
        """Overwrite a key for ever, in free pages and write-ahead log too; says whether it still was there."""
        with store_errors("key store"):
            with transaction(self.engine) as connection:
                changed = connection.execute(update(keys).where(
                    keys.c.key_id == key_id, keys.c.wrapped.is_not(None)).values(wrapped=None, destroyed_at=now))
            self.forget(key_id)
            self.scrub()
        return changed.rowcount == 1

    def scrub(self) -> None:
        """Leave no overwritten byte behind in the database's files."""
        with self.engine.connect() as connection:
            if is_sqlite(self.engine):
                connection.execute(text("PRAGMA secure_delete = ON"))
                connection.execute(text("VACUUM"))
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            else:
                connection.execute(text("VACUUM FULL keys"))

    def rewrap(self, master: MasterKey) -> int:
        """Wrap every living key anew under another master key, in one transaction; says how many."""
        count = 0
        with store_errors("key store"), transaction(self.engine) as connection:
            for row in connection.execute(select(keys).where(keys.c.wrapped.is_not(None))).all():
                bound = self._bound_to(row.practice, row.subject, bytes(row.key_id))
                wrapped = master.wrap(self._master.unwrap(bytes(row.wrapped), bound), bound)
                connection.execute(update(keys).where(keys.c.key_id == row.key_id).values(wrapped=wrapped))
                count += 1
            connection.execute(update(store).values(master_check=master.check_value()))
        self._master = master
        return count

    def entries(self) -> list[KeyEntry]:
        """Every key that was ever made, without its secret."""
        return self._listed(select(*LISTED).order_by(keys.c.created_at, keys.c.subject))

    def destroyed(self) -> list[KeyEntry]:
        """Every key that was destroyed."""
        return self._listed(select(*LISTED).where(keys.c.wrapped.is_(None)))

    def _listed(self, query: Select[Any]) -> list[KeyEntry]:
        with store_errors("key store"), self.engine.connect() as connection:
            return [KeyEntry(bytes(r[0]), *r[1:]) for r in connection.execute(query).all()]

    def forget(self, key_id: bytes) -> None:
        """Drop a key from memory."""
        self._by_id.pop(key_id, None)

    def withhold(self, key_id: bytes) -> None:
        """Open nothing with a key any more, whatever the store holds: its client was erased."""
        self._withheld.add(key_id)
        self.forget(key_id)

    def close(self) -> None:
        """Forget every key and close the database."""
        self._by_id.clear()
        self.engine.dispose()

    def _must(self, practice: str, subject: str) -> Key:
        found = self.of(practice, subject)
        assert found is not None
        return found

    def _remember(self, practice: str, subject: str, key: Key) -> Key:
        self._by_id[key.key_id] = key
        self._by_subject[practice, subject] = key.key_id
        return key

    def _bound_to(self, practice: str, subject: str, key_id: bytes) -> bytes:
        return b"".join(map(field, (b"met-key-v1", self._log_id, practice.encode(), subject.encode(), key_id)))


class Destroyed(Unreadable):
    """The key is gone for ever; the sealed content with it."""
