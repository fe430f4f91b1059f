"""A recorded log of 300 facts to be tampered with: two practices, seven clients, commands of one to four facts."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, StaticPool, create_engine

from aggregates.client_care.facts import HoldPlaced
from aggregates.kernel.messages import Meta
from workflow.log.append import Append
from workflow.log.codec import Registry
from workflow.log.event_log import EventLog, Identity
from workflow.log.proof.checkpoint import Checkpoint, check
from workflow.log.proof.tree import Frontier
from workflow.log.proof.verify import Report, Verifier
from workflow.log.proof.witness import Witness
from workflow.log.read import Reader
from workflow.log.row import NO_LEAF, Row, header, leaf_hash, stream_prefix
from workflow.log.seal.keys import Key
from workflow.log.sealing import Sealer
from workflow.log.store.database import open_engine, sqlite_url
from workflow.log.store.statements import Statements

SIGNING_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
FACTS = 300
SIGNED = (60, 150, 240, 300)  # the sizes under a checkpoint
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
CLIENTS = [("lakeside", f"care:client-{n}") for n in range(1, 5)] + [("fjord", f"care:client-{n}") for n in range(1, 4)]
KEYS = {each: Key(bytes([n]) * 16, bytes([n + 100]) * 32) for n, each in enumerate(CLIENTS)}


def record(engine: Engine, witness: Witness, facts: int = FACTS) -> EventLog:
    """An open log with *facts* facts, checkpoints signed on the way; the same content each time but for nonces."""
    log, chance = EventLog.create(engine, witness, SIGNING_KEY), random.Random(20260302)
    sealers = {p: Sealer(Registry([HoldPlaced]), log.identity.log_id, p) for p in ("lakeside", "fjord")}
    last = dict.fromkeys(CLIENTS, (0, NO_LEAF))
    done = 0
    while done < facts:
        practice, stream = client = chance.choice(CLIENTS)
        stop = next(size for size in (*SIGNED, facts) if size > done)
        number, command_id = min(chance.randint(1, 4), stop - done), UUID(int=chance.getrandbits(128))
        base, leaf = last[client]
        drafts = tuple(sealers[practice].seal(HoldPlaced(
            originator_id=stream, originator_version=base + n, timestamp=NINE + timedelta(minutes=done),
            meta=Meta(actor_kind="person", actor="anna"), reason=f"reason {done + n}"), KEYS[client], command_id)
            for n in range(1, number + 1))
        committed = log.append(Append(practice, stream, base, leaf, drafts, command_id.bytes, bytes(16)))
        last[client] = base + number, committed.leaf
        done += number
        if done in SIGNED:
            log.checkpoint()
    return log


class Recorded(NamedTuple):
    """A recorded log in a SQLite file, closed; its checkpoints are beside it."""

    path: Path
    witness: Witness
    identity: Identity
    rows: tuple[Row, ...]
    notes: tuple[Checkpoint, ...]


def record_file(directory: Path) -> Recorded:
    """A recorded log of 300 facts in a file."""
    path, witness = directory / "log.db", Witness(directory / "checkpoints")
    log = record(open_engine(sqlite_url(path)), witness)
    rows = tuple(row for page in log.reader.pages() for row in page)
    notes = tuple(check(note, log.identity.public_key) for note in witness.history())
    log.close()
    return Recorded(path, witness, log.identity, rows, notes)


def engine_on(driver: sqlite3.Connection) -> Engine:
    """An engine that has this one connection."""
    return create_engine("sqlite://", poolclass=StaticPool, creator=lambda: driver, pool_reset_on_return=None)


class Bench:
    """A copy of a log in memory, without triggers and unique index, on which an attacker has a free hand."""

    def __init__(self, recorded: Recorded) -> None:
        self.recorded = recorded
        self.driver = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        with closing(sqlite3.connect(recorded.path)) as source:
            source.backup(self.driver)
        for (name,) in self.driver.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            self.driver.execute(f"DROP TRIGGER {name}")
        self.driver.execute("DROP INDEX facts_by_stream")
        self.driver.execute("CREATE INDEX facts_by_stream ON facts (practice, stream, version)")
        self.engine = engine_on(self.driver)
        self.reader = Reader(self.engine, Statements(self.engine))
        self.reader.head()  # the engine's first connection ends with a rollback: let that be now

    @contextmanager
    def altered(self) -> Iterator[sqlite3.Connection]:
        """Alter the log; at the end it is as it was."""
        self.driver.execute("BEGIN")
        try:
            yield self.driver
        finally:
            self.driver.execute("ROLLBACK")

    def report(self, signed: bool = True) -> Report:
        """What the engine's verifier says of the facts as they are now, with the checkpoints outside or without any."""
        return Verifier(self.reader, self.recorded.identity.log_id, self.recorded.notes if signed else ()).run()

    def first_bad(self) -> int | None:
        """The position that is named first, or None if all holds."""
        report = self.report()
        return report.problems[0].position if report.problems else None

    @contextmanager
    def opened(self, signing_key: Ed25519PrivateKey | None = None) -> Iterator[EventLog]:
        """The log as the engine would open it now, on a copy of its own."""
        with closing(sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)) as copy:
            image = bytearray(self.driver.serialize())
            image[18:20] = b"\x01\x01"  # a database in memory has no write-ahead log
            copy.deserialize(bytes(image))
            log = EventLog(engine_on(copy), self.recorded.witness, signing_key)
            try:
                yield log
            finally:
                log.reader.close()
                log.engine.dispose()

    def put(self, row: tuple[Any, ...]) -> None:
        """Insert a row of facts."""
        self.driver.execute(f"INSERT INTO facts VALUES ({', '.join('?' * 12)})", tuple(row))

    def shift(self, after: int, by: int) -> None:
        """Renumber every row behind a position."""
        self.driver.execute("UPDATE facts SET position = -(position + ?) WHERE position > ?", (by, after))
        self.driver.execute("UPDATE facts SET position = -position WHERE position < 0")

    def hash_anew(self, renumber: bool = True) -> None:
        """Everything that an attacker without the signing key can make fit: leaves, counter and receipts."""
        tree, leaves, commands = Frontier(), {}, {}
        rows = self.driver.execute("SELECT * FROM facts ORDER BY position").fetchall()
        versions: dict[tuple[str, str], int] = {}
        for old in map(Row._make, rows):
            stream = old.practice, old.stream
            versions[stream] = version = versions.get(stream, 0) + 1 if renumber else old.version
            bound = header(stream_prefix(self.recorded.identity.log_id, *stream), version, old.name, old.schema_version,
                           old.recorded_at, old.command_id, old.meta, old.key_id)
            leaf = leaves[stream] = leaf_hash(bound, old.position, leaves.get(stream, NO_LEAF), old.body)
            tree.push(leaf)
            self.driver.execute("UPDATE facts SET version = ?, leaf = ? WHERE position = ?",
                                (version, leaf, old.position))
            first = commands.setdefault((old.practice, old.command_id), [old.position, 0])
            first[1] += 1
        self.driver.execute("DELETE FROM receipts")
        self.driver.executemany("INSERT INTO receipts VALUES (?, ?, ?, ?, ?)", [
            (*command, first, number, bytes(16)) for command, (first, number) in commands.items()])
        self.driver.execute("UPDATE head SET position = ?, frontier = ?", (tree.size, tree.to_bytes()))

    def close(self) -> None:
        """Forget the copy."""
        self.reader.close()
        self.engine.dispose()
        self.driver.close()
