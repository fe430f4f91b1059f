"""Verification: every row, every stream, the whole tree, and the signed checkpoints. Names what was touched."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from struct import error as NotANumber
from typing import NamedTuple

from workflow.log.proof.checkpoint import Checkpoint
from workflow.log.proof.tree import Frontier
from workflow.log.read import Reader
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
    """Walks the log once, in constant memory."""

    def __init__(self, reader: Reader, log_id: bytes, checkpoints: Sequence[Checkpoint] = (),
                 start: Frontier | None = None) -> None:
        self._reader, self._log_id = reader, log_id
        self._tree = start or Frontier()
        self._begin = self._tree.size
        self._last: OrderedDict[tuple[str, str], tuple[int, bytes, int]] = OrderedDict()
        self._prefix: OrderedDict[tuple[str, str], bytes] = OrderedDict()
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
            rows = self._reader.page(after)
            if not rows:
                break
            for row in rows:
                self._row(row)
            after = rows[-1].position
            progress(after)
        self._finish(size, peaks)
        return Report(self._tree.size, self._tree.root(), self._matched, tuple(self.problems))

    def _row(self, row: Row) -> None:
        expected = self._tree.size + 1
        if row.position != expected:
            self._missing(expected, row.position)
        previous = self._previous(row)
        try:
            leaf = leaf_hash(self._header(row), row.position, previous, row.body)
        except (TypeError, AttributeError, NotANumber, UnicodeEncodeError):
            self._found(row.position, "a column holds another kind of value than was stored")
            leaf = NO_LEAF
        else:
            if leaf != row.leaf:
                self._found(row.position, "the row is not the one that was recorded there")
        self._tree.push(leaf)
        self._compare(self._tree.size)

    def _missing(self, expected: int, found: int) -> None:
        self._found(expected, f"missing: the next fact in the log is at {found}")
        if found > expected:
            self._tree.size = found - 1  # keep on counting; the root can't fit any more

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
        if known is None and row.version != 1:
            known = self._look_up(row)
        version, leaf, recorded = known or (0, NO_LEAF, row.recorded_at)
        if row.version != version + 1:
            self._found(row.position, f"version {version + 1} of its stream is missing or out of order")
        elif row.recorded_at < recorded:
            self._found(row.position, "recorded before the fact that precedes it in its stream")
        self._last[stream] = row.version, row.leaf, row.recorded_at
        if len(self._last) > STREAMS_IN_MEMORY:
            self._last.popitem(last=False)
        return leaf

    def _look_up(self, row: Row) -> tuple[int, bytes, int] | None:
        rows = self._reader.stream(row.practice, row.stream, row.version - 2, row.version - 1)
        before = [r for r in rows if r.position < row.position]
        return (before[0].version, before[0].leaf, before[0].recorded_at) if before else None

    def _compare(self, size: int) -> None:
        for root in self._expected.pop(size, ()):
            if self.problems:
                continue
            if self._tree.root() == root:
                self._matched += 1
                self._last_match = size
            else:
                self._found(self._last_match + 1, f"a fact between here and {size} is not the one that was signed for")

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
                return

    def _found(self, position: int, what: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(position, what))
