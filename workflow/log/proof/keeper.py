"""Signs a checkpoint at least every 60 seconds or 1,000 facts, and never two that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event, Lock, Thread

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError

from aggregates.kernel.errors import MetError, NotVerified, StoreUnavailable
from workflow.log.proof.checkpoint import Checkpoint, check, raw_public_key, sign
from workflow.log.proof.notes import newest_note
from workflow.log.proof.tree import Frontier
from workflow.log.proof.witness import Witness
from workflow.log.read import Reader
from workflow.log.store.database import store_errors, transaction
from workflow.log.store.schema import checkpoints, facts

EVERY_FACTS = 1_000
EVERY_SECONDS = 60.0
RETRY_SECONDS = 5.0
LEAVES = 10_000


class Keeper:
    """Follows the log from the last checkpoint on, leaf by leaf, and signs what it has followed."""

    def __init__(self, engine: Engine, reader: Reader, witness: Witness, key: Ed25519PrivateKey, origin: str,
                 epoch: int) -> None:
        self._engine, self._reader, self._witness, self._key = engine, reader, witness, key
        self._origin, self._epoch = origin, epoch
        self._signed: Frontier | None = None
        self._signing = Lock()
        self._due, self._closed = Event(), Event()
        self._thread: Thread | None = None
        self.failure: MetError | None = None

    def committed(self, position: int) -> None:
        """Called after each commit; never waits."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name="met-checkpoints", daemon=True)
            self._thread.start()
        if position - self.signed_size >= EVERY_FACTS:
            self._due.set()

    @property
    def signed_size(self) -> int:
        """How many facts the newest checkpoint covers."""
        return self._signed.size if self._signed else 0

    def sign(self) -> str | None:
        """Sign a checkpoint of the log as it is now; nothing if there is nothing new."""
        with self._signing:
            tree = self._follow()
            if tree is None:
                return None
            note = self._publish(tree)
            self._signed = tree
            return note

    def _publish(self, tree: Frontier) -> str:
        note = sign(Checkpoint(self._origin, tree.size, tree.root()), self._key)
        self._refuse_another_root(tree)
        self._witness.keep(note)
        with store_errors("checkpoint"):
            try:
                with transaction(self._engine) as connection:
                    connection.execute(insert(checkpoints).values(
                        epoch=self._epoch, size=tree.size, note=note, frontier=tree.to_bytes()))
            except IntegrityError:  # another process signed the same size
                self._refuse_another_root(tree)
        return note

    def _refuse_another_root(self, tree: Frontier) -> None:
        """Never sign for a size that was signed for with another root."""
        query = select(checkpoints.c.note).where(
            checkpoints.c.epoch == self._epoch, checkpoints.c.size == tree.size)
        with store_errors("checkpoint"), self._engine.connect() as connection:
            stored = connection.execute(query).scalar()
        if stored is not None and check(stored, raw_public_key(self._key.public_key())).root != tree.root():
            raise NotVerified(f"checkpoint: another root was signed for {tree.size} facts")

    def close(self) -> None:
        """Sign what is still unsigned."""
        self._closed.set()
        self._due.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
        if self.failure is None:
            self.sign()

    def _run(self) -> None:
        pause = EVERY_SECONDS
        while not self._closed.is_set():
            self._due.wait(pause)
            self._due.clear()
            if self._closed.is_set():
                return
            try:
                self.sign()
                pause = EVERY_SECONDS
            except StoreUnavailable:  # a database or a disk that is away says nothing about the facts: try again
                self._closed.wait(RETRY_SECONDS)
                pause = RETRY_SECONDS
            except MetError as error:
                self.failure = error
                return

    def _follow(self) -> Frontier | None:
        """The tree now, reached from the last checkpoint by the leaves in between."""
        size, peaks = self._reader.head()
        tree = self._last_signed()
        if size <= tree.size:
            if size < tree.size:
                raise NotVerified(f"checkpoint: the log holds {size} facts, fewer than the {tree.size} it signed for")
            return None
        signed = tree.size
        tree = self._grown(tree, size)
        if tree.to_bytes() != peaks:
            raise NotVerified(f"checkpoint: the facts behind {signed} do not lead to the log's own tree")
        return tree

    def _grown(self, tree: Frontier, size: int) -> Frontier:
        """*tree* with every leaf behind it, up to *size*."""
        while tree.size < size:
            before = tree.size
            for position, leaf in self._leaves(before, size):
                if position != tree.size + 1:
                    raise NotVerified(f"checkpoint: the fact at position {tree.size + 1} is missing")
                tree.push(leaf)
            if tree.size == before:
                raise NotVerified(f"checkpoint: the fact at position {before + 1} is missing")
        return tree

    def _leaves(self, after: int, upto: int) -> Iterator[tuple[int, bytes]]:
        query = select(facts.c.position, facts.c.leaf).where(
            facts.c.position > after, facts.c.position <= upto).order_by(facts.c.position).limit(LEAVES)
        with store_errors("checkpoint"), self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return ((row[0], bytes(row[1])) for row in rows)

    def _last_signed(self) -> Frontier:
        """The tree of the newest checkpoint outside; this process's own, unless another process signed later."""
        note = newest_note(self._engine, self._witness, self._epoch)
        if note is None:
            return self._signed.copy() if self._signed else Frontier()
        newest = check(note, raw_public_key(self._key.public_key()))
        if newest.origin != self._origin:
            raise NotVerified("checkpoint: the newest one belongs to another log, or to another epoch of this one")
        if self._signed is not None and self._signed.size == newest.size:
            return self._signed.copy()
        stored = stored_frontier(self._engine, self._epoch, newest)
        if stored is not None:
            return stored
        return self._rebuild(newest)

    def _rebuild(self, newest: Checkpoint) -> Frontier:
        tree = self._grown(Frontier(), newest.size)
        if tree.root() != newest.root:
            raise NotVerified(f"checkpoint: the log is not the one that signed for {newest.size} facts")
        return tree


def stored_frontier(engine: Engine, epoch: int, checkpoint: Checkpoint) -> Frontier | None:
    """The tree at a checkpoint, from the database; believed only because it adds up to the signed root."""
    query = select(checkpoints.c.frontier).where(
        checkpoints.c.epoch == epoch, checkpoints.c.size == checkpoint.size)
    with store_errors("checkpoint"), engine.connect() as connection:
        stored = connection.execute(query).scalar()
    if stored is None:
        return None
    try:
        tree = Frontier.from_bytes(checkpoint.size, bytes(stored))
    except ValueError:
        return None
    return tree if tree.root() == checkpoint.root else None
