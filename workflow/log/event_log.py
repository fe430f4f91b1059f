"""The event log: append only, in order, proving itself. The one object that the rest of the engine sees."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, insert, inspect, select

from aggregates.kernel.errors import NotFound, NotVerified, StoreUnavailable, Unreadable
from workflow.log.append import Append, Committed
from workflow.log.proof.checkpoint import Checkpoint, check, raw_public_key, verifier_key
from workflow.log.proof.keeper import Keeper, stored_frontier
from workflow.log.proof.notes import known_notes, newest_note, newest_row
from workflow.log.proof.tombstones import Erased, tombstone
from workflow.log.proof.tree import Frontier
from workflow.log.proof.verify import Problem, Report, Verifier
from workflow.log.proof.witness import Witness
from workflow.log.read import Reader
from workflow.log.row import Row
from workflow.log.shared import SharedAppend
from workflow.log.store.database import store_errors, transaction
from workflow.log.store.schema import FORMAT, checkpoints, head, log_tables
from workflow.log.store.statements import Statements
from workflow.log.store.writers import writer_for
from workflow.log.tail import News, until

BAD_INDEX = "the database's own index does not fit its rows"
OPENING_CHECK = 10_000  # at most so many of the newest facts are verified each time a log is opened


class Identity(NamedTuple):
    """Which log this is. *clock* is `real`, or `virtual` for a rehearsal whose times are made up."""

    log_id: bytes
    epoch: int
    clock: str
    public_key: bytes

    @property
    def origin(self) -> str:
        """The name under which its checkpoints are signed."""
        return self.origin_of(self.epoch)

    def origin_of(self, epoch: int) -> str:
        """Made-up time stands in the name; a restored log that lost facts gets a new epoch."""
        name = f"met-workflow/{self.log_id.hex()}"
        if self.clock != "real":
            name += f"/{self.clock}"
        return name if epoch == 1 else f"{name}/epoch-{epoch}"


class EventLog:
    """An open log. `why_read_only` says what forbids appending, if anything does."""

    def __init__(self, engine: Engine, witness: Witness, signing_key: Ed25519PrivateKey | None) -> None:
        self.engine, self.witness = engine, witness
        self.identity = read_identity(engine)
        statements = Statements(engine)
        self.reader = Reader(engine, statements)
        self.news = News(engine)
        self.why_read_only: str | None = None
        self._keeper: Keeper | None = None
        self._signing_key = signing_key
        if signing_key is None:
            self.why_read_only = "the log's signing key is not here"
        else:
            self._check_key(signing_key)
            self._keeper = Keeper(engine, self.reader, witness, signing_key, self.identity.origin,
                                  self.identity.epoch)
        self._check_newest()
        self._writer = None if self.why_read_only else writer_for(engine, statements)
        self._shared = None if self._writer is None else SharedAppend(self._writer, self._tell)

    @classmethod
    def create(cls, engine: Engine, witness: Witness, signing_key: Ed25519PrivateKey, clock: str = "real"
               ) -> EventLog:
        """Make an empty log."""
        with store_errors("log"), transaction(engine) as connection:
            log_tables.create_all(connection)
            connection.execute(insert(head).values(
                id=1, format=FORMAT, log_id=os.urandom(16), epoch=1, clock=clock, position=0, frontier=b"",
                public_key=raw_public_key(signing_key.public_key())))
        return cls(engine, witness, signing_key)

    @staticmethod
    def exists(engine: Engine) -> bool:
        """Whether the database holds a log."""
        with store_errors("log"), engine.connect() as connection:
            return inspect(connection).has_table("head")

    def append(self, append: Append) -> Committed:
        """Store one command's facts; the answer holds once this returns."""
        return self.writable().append(append)

    def writable(self) -> SharedAppend:
        """What decides and stores; `NotVerified` if the log is read-only."""
        if self._shared is None:
            raise NotVerified(f"log: read-only, because {self.why_read_only}")
        return self._shared

    def _tell(self, newest: int) -> None:
        self.news.tell()
        if self._keeper is not None:
            self._keeper.committed(newest)
            if self._keeper.failure is not None and self.why_read_only is None:
                self._close_door(str(self._keeper.failure))

    def tail(self, after: int, seconds: float | None = None) -> Iterator[list[Row]]:
        """Every row behind *after*, for ever or until *seconds* passed without any news; never skips one."""
        left = until(seconds)
        while True:
            seen = self.news.count
            rows = self.reader.page(after)
            if rows:
                after = rows[-1].position
                left = until(seconds)
                yield rows
            elif left() <= 0 or self.news.closed:
                return
            else:
                self.news.wait(seen, left())

    def verify(self, also: tuple[Checkpoint, ...] = (), progress: Callable[[int], None] = lambda _: None
               ) -> Report:
        """Verify every fact, the tree and all checkpoints, those outside the database and *also* among them."""
        notes = known_notes(self.engine, self.witness, self.identity.public_key, self.identity.origin_of,
                            self.identity.epoch)
        report = Verifier(self.reader, self.identity.log_id, (*notes.checkpoints, *also)).run(progress)
        others = notes.problems if self.reader.index_fits() else (*notes.problems, BAD_INDEX)
        report = report._replace(problems=(*report.problems, *(Problem(0, what) for what in others)))
        if not report.holds:
            self._close_door(f"{report.problems[0].what} (position {report.problems[0].position})")
        return report

    def checkpoint(self) -> str | None:
        """The newest signed checkpoint, after signing anything new."""
        if self._keeper is not None and self.why_read_only is None:
            self._keeper.sign()
        return self.witness.latest()

    def erased_keys(self) -> Erased:
        """The keys that are known outside the database to be destroyed."""
        return Erased(self.witness, self.identity.origin_of(1), self.identity.public_key)

    def bury(self, key_id: bytes, now: datetime) -> None:
        """Write down outside, before it happens, that a key is destroyed: its id, and a tombstone that is signed."""
        self.witness.note_erasure(key_id)
        if self._signing_key is not None and not self.erased_keys().buried(key_id):
            self.witness.bury(tombstone(self.identity.origin_of(1), key_id, self.reader.head()[0], now,
                                        self._signing_key))

    def verifier_key(self) -> str:
        """The public key for whoever shall check this log's checkpoints."""
        return verifier_key(self.identity.origin, self.identity.public_key)

    def check_note(self, note: str) -> Checkpoint:
        """Read a checkpoint of this log from elsewhere; `NotVerified` if this log's key did not sign it."""
        found = check(note, self.identity.public_key)
        if found.origin != self.identity.origin:
            raise NotVerified("checkpoint: belongs to another log, or to this one before it was restored")
        return found

    def check_earlier_note(self, note: str) -> Checkpoint | None:
        """The same for a checkpoint from before this log was restored; None if it is none."""
        found = check(note, self.identity.public_key)
        earlier = map(self.identity.origin_of, range(1, self.identity.epoch))
        return found if found.origin in earlier else None

    def close(self) -> None:
        """Sign a last checkpoint and let go of the database."""
        self.news.close()
        try:
            if self._keeper is not None and self.why_read_only is None:
                self._keeper.close()
        finally:
            if self._writer is not None:
                self._writer.close()
            self.reader.close()
            self.engine.dispose()

    def _close_door(self, why: str) -> None:
        self.why_read_only = why
        self._shared = None

    def _check_key(self, signing_key: Ed25519PrivateKey) -> None:
        if raw_public_key(signing_key.public_key()) != self.identity.public_key:
            raise NotVerified("signing key: is not the one that this log was made with")

    def _check_newest(self) -> None:
        """Verify the newest facts against the last checkpoint outside; a log that does not hold is read-only."""
        try:
            start, signed = self._starting_tree()
            report = Verifier(self.reader, self.identity.log_id, signed, start).run()
            if not report.holds:
                first = report.problems[0]
                self.why_read_only = f"it does not verify: {first.what} (position {first.position})"
            elif start.size == 0 and not self.reader.index_fits():
                self.why_read_only = f"it does not verify: {BAD_INDEX}"
        except (NotVerified, Unreadable, StoreUnavailable) as error:
            self.why_read_only = f"it does not verify: {error}"

    def _starting_tree(self) -> tuple[Frontier, tuple[Checkpoint, ...]]:
        note = newest_note(self.engine, self.witness, self.identity.epoch)
        if note is None and self.identity.epoch == 1:
            return Frontier(), ()
        if note is None:
            raise NotVerified("checkpoint: nothing signed for this epoch")
        outside = self.check_note(note)
        inside = newest_row(self.engine, self.identity.public_key, self.identity.origin_of, self.identity.epoch)
        tree = self._tree_before(outside.size - OPENING_CHECK) if outside.size > OPENING_CHECK else None
        start = tree or Frontier()
        return start, (outside,) if inside is None or inside.size < start.size else (outside, inside)

    def _tree_before(self, size: int) -> Frontier | None:
        query = select(checkpoints.c.note).where(
            checkpoints.c.epoch == self.identity.epoch, checkpoints.c.size <= size
        ).order_by(checkpoints.c.size.desc()).limit(1)
        with store_errors("log"), self.engine.connect() as connection:
            note = connection.execute(query).scalar()
        return None if note is None else stored_frontier(self.engine, self.identity.epoch, self.check_note(note))


def read_identity(engine: Engine) -> Identity:
    """Which log a database holds; `NotFound` if none, `Unreadable` if a newer version wrote it."""
    columns = (head.c.format, head.c.log_id, head.c.epoch, head.c.clock, head.c.public_key)
    with store_errors("log"), engine.connect() as connection:
        if not inspect(connection).has_table("head"):
            raise NotFound("log: there is no log here yet")
        row = connection.execute(select(*columns)).one_or_none()
    if row is None:
        raise NotVerified("log: its counter row is missing")
    if row.format != FORMAT:
        raise Unreadable(f"log: written by a newer version of MET Workflow (format {row.format}, this is {FORMAT})")
    return Identity(bytes(row.log_id), row.epoch, row.clock, bytes(row.public_key))
