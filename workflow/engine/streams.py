"""Loading aggregates: from memory, else from a snapshot and its tail, else from the facts."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock, RLock
from typing import Final, NamedTuple, TypeAlias

from aggregates.client_care.facts import ClientErased
from aggregates.kernel.errors import NotVerified
from aggregates.kernel.event_sourced import EventSourced
from aggregates.kernel.messages import Fact
from workflow.log.codec import Registry
from workflow.log.event_log import EventLog
from workflow.log.row import Row, StreamRow
from workflow.log.seal.keys import ERASED, Destroyed, Key, KeyStore
from workflow.log.sealing import Sealer
from workflow.log.snapshots import Snapshots

VERSION: Final = 0  # where they are in a `StreamRow`
NAME: Final = 1
KEY_ID: Final = 6
LEAF: Final = 8
IN_MEMORY = 10_000
SNAPSHOT_EVERY = 500
TURNS = 1024  # streams share this many locks; two that share one only wait a little more

Turn: TypeAlias = RLock


class Loaded:
    """An aggregate in memory, the leaf of its newest fact, and the version that its snapshot covers."""

    __slots__ = ("aggregate", "fresh", "leaf", "snapshot_version")

    def __init__(self, aggregate: EventSourced, leaf: bytes, snapshot_version: int = 0) -> None:
        self.aggregate, self.leaf, self.snapshot_version = aggregate, leaf, snapshot_version
        self.fresh = True  # nobody has looked yet whether policies still owe a reaction


class History(NamedTuple):
    """A stream's facts with their rows."""

    rows: list[Row]
    facts: list[Fact]

    def numbered(self) -> list[tuple[int, Fact]]:
        """The facts with their positions."""
        return [(row.position, fact) for row, fact in zip(self.rows, self.facts, strict=True)]


class Streams:
    """The streams of one practice."""

    def __init__(self, log: EventLog, keys: KeyStore, registry: Registry, practice: str, snapshots: Snapshots | None
                 ) -> None:
        self._log, self._keys, self.practice = log, keys, practice
        self.sealer = Sealer(registry, log.identity.log_id, practice)
        self._snapshots = snapshots
        self._memory: OrderedDict[str, Loaded] = OrderedDict()
        self._turns = [RLock() for _ in range(TURNS)]
        self._guard = Lock()

    def alone(self, stream: str) -> Turn:
        """Commands of one stream take turns."""
        return self._turns[hash(stream) % TURNS]

    def settled(self, stream: str) -> bool:
        """Whether the aggregate is in memory and policies owe it nothing."""
        known = self._memory.get(stream)
        return known is not None and not known.fresh

    def load(self, kind: type[EventSourced], stream: str) -> Loaded | None:
        """The aggregate, or None if nothing ever happened in this stream."""
        known = self._memory.get(stream)
        if known is not None:
            return known
        loaded = self._from_snapshot(kind, stream) or self._from_facts(kind, stream)
        if loaded is not None:
            self.keep(stream, loaded)
        return loaded

    def keep(self, stream: str, loaded: Loaded) -> None:
        """Hold an aggregate in memory, with the version it has now."""
        with self._guard:
            self._memory[stream] = loaded
            if len(self._memory) > IN_MEMORY:
                self._memory.popitem(last=False)

    def drop(self, stream: str) -> None:
        """Forget an aggregate that may not be what is stored."""
        self._memory.pop(stream, None)

    def history(self, stream: str, after: int = 0) -> History:
        """A stream's facts behind version *after*."""
        rows = self._log.reader.stream(self.practice, stream, after)
        return History(rows, self.unseal(rows, after))

    def fact(self, stream: str, version: int) -> Fact | None:
        """One fact of a stream, if it has that version."""
        rows = self._log.reader.stream(self.practice, stream, version - 1, version)
        return self.unseal(rows, version - 1)[0] if rows else None

    def unseal(self, rows: Sequence[Row], after: int = 0) -> list[Fact]:
        """Open rows of one stream, which must follow each other without a gap."""
        for version, row in enumerate(rows, after + 1):
            if row.version != version:
                raise NotVerified(f"stream: version {version} is missing before position {row.position}")
        return list(self.sealer.unsealed(rows, self._keys.by_id))

    def remember(self, stream: str, loaded: Loaded, key: Key) -> None:
        """Take a snapshot under the stream's own key if enough happened since the last one."""
        version = loaded.aggregate.version
        if self._snapshots is not None and version - loaded.snapshot_version >= SNAPSHOT_EVERY:
            self._snapshots.save(self.practice, stream, loaded.aggregate, loaded.leaf, key)
            loaded.snapshot_version = version

    def _from_facts(self, kind: type[EventSourced], stream: str) -> Loaded | None:
        rows = self._log.reader.behind(self.practice, stream)
        self._refuse_erased(rows)
        aggregate = kind.replay(None, self.sealer.opened(stream, rows, 0, self._keys.by_id))
        return None if aggregate is None else Loaded(aggregate, rows[-1][LEAF])

    def _from_snapshot(self, kind: type[EventSourced], stream: str) -> Loaded | None:
        if self._snapshots is None:
            return None
        found = self._snapshots.find(self.practice, stream, kind)
        if found is None:
            return None
        rows = self._log.reader.behind(self.practice, stream, found.version - 1)
        if not rows or rows[0][VERSION] != found.version or rows[0][LEAF] != found.leaf:
            return None  # not a snapshot of this history: the facts decide
        self._refuse_erased(rows)
        aggregate = found.aggregate
        kind.replay(aggregate, self.sealer.opened(stream, rows[1:], found.version, self._keys.by_id))
        return Loaded(aggregate, rows[-1][LEAF], found.version)

    def _refuse_erased(self, rows: Sequence[StreamRow]) -> None:
        """Who was erased is never served, whatever key an old key store brings back: the stream's last fact says it."""
        if rows and rows[-1][NAME] == ClientErased.TOPIC:
            self._keys.withhold(rows[0][KEY_ID])
            raise Destroyed(ERASED)
