"""Verification: every row, every stream, the whole tree, the receipts and the signed checkpoints."""

from __future__ import annotations

import struct
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

from aggregates.kernel.errors import StoreUnavailable
from workflow.log.proof.checkpoint import Checkpoint
from workflow.log.proof.receipts import ReceiptTally, first_without_receipt
from workflow.log.proof.tree import Frontier
from workflow.log.read import PAGE, Reader
from workflow.log.row import NO_LEAF, Row, header, leaf_hash, stream_prefix

MOST_PROBLEMS = 20
STREAMS_IN_MEMORY = 50_000


class Problem(NamedTuple):
    """What does not hold, and the first position that shows it (0: not a position)."""

    position: int
    what: str


class Report(NamedTuple):
    """The result of a verification."""

    facts: int
    root: bytes
    checkpoints: int
    problems: tuple[Problem, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.problems


class Verifier:
    """Walks the log once, in constant memory. From the first fact on, it looks at the receipts too."""

    def __init__(self, reader: Reader, log_id: bytes, checkpoints: Sequence[Checkpoint] = (),
                 start: Frontier | None = None) -> None:
        self._reader, self._log_id = reader, log_id
        self._tree = start or Frontier()
        self._begin = self._tree.size
        self._tally = ReceiptTally() if self._begin == 0 else None
        self._last: OrderedDict[tuple[str, str], tuple[int, bytes, int]] = OrderedDict()
        self._prefix: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._forgot_streams = self._begin > 0
        self._expected: dict[int, list[bytes]] = {}
        for each in checkpoints:
            self._expected.setdefault(each.size, []).append(each.root)
        self._matched = 0
        self._last_match = self._begin
        self.problems: list[Problem] = []

    def run(self, progress: Callable[[int], None] = lambda _: None) -> Report:
        """Verify everything behind the starting tree."""
        size, peaks = self._reader.head()
        self._compare(self._begin)
        after = self._begin
        while len(self.problems) < MOST_PROBLEMS:
            rows = self._page(after)
            if not rows:
                break
            for row in rows:
                self._row(row)
            after = rows[-1].position
            progress(after)
        self._finish(size, peaks)
        return Report(self._tree.size, self._tree.root(), self._matched, tuple(self.problems))

    def _page(self, after: int) -> list[Row]:
        """The next rows. Where the database can't read a row, those before it are read one by one, and it is named."""
        try:
            return self._reader.page(after)
        except StoreUnavailable as error:
            self._reader.head()  # raises too if it is the database that is gone
            rows: list[Row] = []
            with suppress(StoreUnavailable):
                while len(rows) < PAGE and (more := self._reader.page(rows[-1].position if rows else after, most=1)):
                    rows += more
            if not rows:
                self._found(self._tree.size + 1, f"can't be read: {error}")
            return rows

    def _row(self, row: Row) -> None:
        expected = self._tree.size + 1
        if row.position > expected:
            self._found(expected, f"missing: the next fact in the log is at {row.position}")
            size = row.position - 1  # keep on counting; the root can't fit any more
            self._tree = Frontier(size, [NO_LEAF] * size.bit_count())
        elif row.position < expected:
            self._found(row.position, "there are two facts at this position")
            return
        try:
            leaf = leaf_hash(self._header(row), row.position, self._previous(row), row.body)
            if self._tally is not None:
                self._tally.add(row)
        except (TypeError, AttributeError, struct.error, UnicodeEncodeError, OverflowError):
            self._found(row.position, "a column holds another kind of value than was stored")
            leaf = NO_LEAF
        else:
            if leaf != row.leaf:
                self._found(row.position, "the row is not the one that was recorded there")
        self._tree.push(leaf)
        self._compare(self._tree.size)

    def _header(self, row: Row) -> bytes:
        stream = row.practice, row.stream
        prefix = self._prefix.get(stream)
        if prefix is None:
            prefix = self._prefix[stream] = stream_prefix(self._log_id, row.practice, row.stream)
            if len(self._prefix) > STREAMS_IN_MEMORY:
                self._prefix.popitem(last=False)
        return header(prefix, row.version, row.name, row.schema_version, row.recorded_at, row.command_id, row.meta,
                      row.key_id)

    def _previous(self, row: Row) -> bytes:
        """The leaf before *row* in its stream; checks that no version is missing and time never runs back."""
        stream = row.practice, row.stream
        known = self._last.get(stream)
        if known is None and (row.version != 1 or self._forgot_streams):
            known = self._look_up(row)
        version, leaf, recorded = known or (0, NO_LEAF, row.recorded_at)
        if row.version != version + 1:
            self._found(row.position, f"version {version + 1} of its stream is missing or out of order")
        elif row.recorded_at < recorded:
            self._found(row.position, "recorded before the fact that precedes it in its stream")
        self._last[stream] = row.version, row.leaf, row.recorded_at
        if len(self._last) > STREAMS_IN_MEMORY:
            self._last.popitem(last=False)
            self._forgot_streams = True
        return leaf

    def _look_up(self, row: Row) -> tuple[int, bytes, int] | None:
        rows = self._reader.stream(row.practice, row.stream, row.version - 2, row.version)
        before = [r for r in rows if r.position < row.position]
        return (before[-1].version, before[-1].leaf, before[-1].recorded_at) if before else None

    def _compare(self, size: int) -> None:
        roots = self._expected.pop(size, None)
        if roots is None or self.problems:
            return
        if any(root != self._tree.root() for root in roots):
            self._found(self._last_match + 1, f"a fact between here and {size} is not the one that was signed for")
            return
        self._matched += len(roots)
        self._last_match = size

    def _finish(self, size: int, peaks: bytes) -> None:
        if len(self.problems) >= MOST_PROBLEMS:
            return
        now = self._tree.size
        if size > now:
            self._found(now + 1, f"missing: the log counted {size} facts, the last one here is at {now}")
        elif size < now and self._reader.head()[0] == size:
            self._found(size + 1, f"the log counted {size} facts, but there are {now}")
        elif size == now and not self.problems and peaks != self._tree.to_bytes():
            self._found(0, "the counter row holds another tree than its facts")
        for signed in sorted(self._expected):
            if signed > now:
                self._found(now + 1, f"missing: a checkpoint signs for {signed} facts, the log holds {now}")
                break
        if self._tally is not None and not self.problems:
            self._finish_from_the_first(self._tally, now)

    def _finish_from_the_first(self, tally: ReceiptTally, now: int) -> None:
        if self._reader.count(now) != now:
            self._found(0, "there are rows beside those at the positions from 1 on")
        elif not tally.agrees(self._reader, now):
            self._found(*first_without_receipt(self._reader))

    def _found(self, position: int, what: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(position, what))
