"""One transaction: move the counter, insert facts and receipts. Either all of it is stored, or none."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol

from aggregates.kernel.errors import Conflict, InvalidInput, MetError, StoreUnavailable
from workflow.log.proof.tree import Frontier
from workflow.log.row import Draft, leaf_hash
from workflow.log.store.database import reason

ATTEMPTS = 4


class Append(NamedTuple):
    """What one command wants stored in one stream, after version *base* whose leaf is *previous_leaf*.

    *digest* tells this command's body from another one's under the same id. The library's applications may
    save several aggregates at once: *others* are the further streams with their previous leaves.
    """

    practice: str
    stream: str
    base: int
    previous_leaf: bytes
    drafts: tuple[Draft, ...]
    command_id: bytes
    digest: bytes
    others: tuple[tuple[str, bytes], ...] = ()


class Committed(NamedTuple):
    """Where an append was stored: its first position, and the leaf of its last fact."""

    position: int
    leaf: bytes


class Receipt(NamedTuple):
    """What a command id came to: the first position and the number of its facts."""

    position: int
    facts: int
    digest: bytes


class AlreadyDone(MetError):
    """The command id is in the log already; its receipt says what it came to."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__("command_id: already used")
        self.receipt = receipt


class NotUnique(Exception):
    """The database found a row that breaks a unique key."""


class Lost(Exception):
    """The connection broke; whether the transaction was stored is not known."""


Outcome = Committed | MetError
Rows = list[tuple[Any, ...]]


class Store(Protocol):
    """What a database does for the writer; it raises `NotUnique`, `Lost` or `StoreUnavailable`."""

    def read_head(self) -> tuple[int, bytes]:
        """The counter and the tree's frontier."""

    def write(self, was: int, now: int, peaks: bytes, rows: Rows, receipts: Rows) -> bool:
        """Store everything if the counter still stands at *was*, and say whether it did."""

    def turn(self) -> AbstractContextManager[tuple[int, bytes]]:
        """Wait in line for the counter and hold it; a write inside is committed at the end."""

    def find_receipt(self, practice: str, command_id: bytes) -> Receipt | None:
        """What a command id came to."""

    def reconnect(self) -> None:
        """Begin anew on a fresh connection."""

    def close(self) -> None:
        """Give the connection back."""


class Writer:
    """Commits batches of appends. Used by one thread at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._head: Frontier | None = None

    @property
    def head(self) -> Frontier:
        """The tree after the newest commit that this process has seen."""
        if self._head is None:
            position, peaks = self._store.read_head()
            self._head = Frontier.from_bytes(position, peaks)
        return self._head

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()

    def commit(self, appends: Sequence[Append]) -> list[Outcome]:
        """Store all appends in one transaction; one that can't be stored fails alone."""
        try:
            return list(self._together(appends))
        except (NotUnique, Lost, InvalidInput):
            self._head = None
        return [self._alone(each) for each in appends]

    def _together(self, appends: Sequence[Append]) -> list[Committed]:
        """Guess that no other process moved the counter meanwhile; if one did, wait in line for it."""
        done = self._at(self.head, appends)
        if done is None:
            with self._store.turn() as (position, peaks):
                done = self._at(Frontier.from_bytes(position, peaks), appends)
        if done is None:
            raise StoreUnavailable("log: the counter moved while it was held")
        return done

    def _at(self, head: Frontier, appends: Sequence[Append]) -> list[Committed] | None:
        tree = head.copy()
        rows, receipts, done = _lay_out(appends, tree)
        stored = self._store.write(head.size, tree.size, tree.to_bytes(), rows, receipts)
        self._head = tree if stored else None
        return done if stored else None

    def _alone(self, append: Append) -> Outcome:
        """Store one append, or find out why it can't be: never guess after a doubt."""
        for _ in range(ATTEMPTS):
            try:
                return self._together_or_explain(append)
            except Lost:
                try:
                    self._store.reconnect()
                    found = self._explain(append)
                except (Lost, StoreUnavailable):
                    continue
                if found is not None:
                    return found
            except MetError as error:
                self._head = None
                return error
        return StoreUnavailable("log: the connection broke before the answer; send the same command id again")

    def _together_or_explain(self, append: Append) -> Outcome:
        try:
            return self._together([append])[0]
        except NotUnique:
            return self._explain(append) or Conflict("version: somebody else was first")

    def _explain(self, append: Append) -> Outcome | None:
        self._head = None
        receipt = self._store.find_receipt(append.practice, append.command_id)
        return None if receipt is None else AlreadyDone(receipt)


def _lay_out(appends: Sequence[Append], tree: Frontier) -> tuple[Rows, Rows, list[Committed]]:
    rows: Rows = []
    receipts: Rows = []
    done: list[Committed] = []
    for append in appends:
        leaf, first = append.previous_leaf, tree.size + 1
        leaves = dict(append.others)
        leaves[append.stream] = leaf
        for draft in append.drafts:
            position, stream = tree.size + 1, draft.stream
            leaf = leaves[stream] = leaf_hash(draft.header, position, leaves[stream], draft.body)
            tree.push(leaf)
            rows.append((position, append.practice, *draft[:9], leaf))
        receipts.append((append.practice, append.command_id, first, len(append.drafts), append.digest))
        done.append(Committed(first, leaf))
    return rows, receipts, done


def explain_driver_error(error: Exception) -> Exception:
    """What a driver's error means for an append."""
    name = type(error).__name__
    if name in ("IntegrityError", "UniqueViolation"):
        return NotUnique()
    if name in ("DataError", "ProgrammingError", "InterfaceError", "OverflowError", "TypeError",
                "NotNullViolation", "StringDataRightTruncation", "NumericValueOutOfRange", "CharacterNotInRepertoire",
                "ValueError", "UnicodeEncodeError", "error"):
        return InvalidInput("fact: the database can't store a row of this shape")
    return StoreUnavailable(f"log: {reason(error)}")
