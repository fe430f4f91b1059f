"""The seam to the event sourcing library: an aggregate that records typed facts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from typing import Any, Self, TypedDict

from eventsourcing.domain import BaseAggregate, OriginatorIDError, OriginatorVersionError

from aggregates.kernel.messages import Context, Fact, Meta


class Stamp(TypedDict):
    """What every fact carries beside its content; `SessionRecorded(**stamp, ...)` is checked field by field."""

    originator_id: str
    originator_version: int
    timestamp: datetime
    meta: Meta


class EventSourced(BaseAggregate[str]):
    """An aggregate whose only memory is what its facts told it."""

    @classmethod
    def begin(cls, stream: str, now: datetime) -> Self:
        """An aggregate to which nothing has happened yet (version 0)."""
        self: Self = cls.__new__(cls)
        self.__base_init__(stream, 0, now)
        self.__init__()  # type: ignore[misc]
        return self

    @classmethod
    def replay(cls, aggregate: Self | None, facts: Iterable[Fact]) -> Self | None:
        """Fold *facts* in order. The library's own projector checks a runtime protocol for each fact, which is half of
        its time, and `mutate` reads and sets three properties; identity and order are checked here as there."""
        told = iter(facts)
        first = next(told, None)
        if first is None:
            return aggregate
        if aggregate is None:
            aggregate = cls.begin(first.originator_id, first.timestamp)
        aggregate._fold(chain((first,), told))
        return aggregate

    def _fold(self, facts: Iterable[Fact]) -> None:
        stream, version, recorded, when = self.id, self.version, self.modified_on, self.when
        for fact in facts:
            version += 1
            if fact.originator_id != stream:
                raise OriginatorIDError(fact.originator_id, stream)
            if fact.originator_version != version:
                raise OriginatorVersionError(fact.originator_version, version)
            when(fact)
            recorded = fact.timestamp
        self.version, self.modified_on = version, recorded

    def when(self, fact: Fact) -> None:
        """Remember of *fact* only what later decisions need; never fails, never asks, reads no clock."""
        raise NotImplementedError

    def _stamp(self, context: Context, **clear: Any) -> Stamp:
        """The envelope of the next fact; recorded time never runs backwards within a stream."""
        correlation = context.correlation_id
        meta = Meta(
            actor_kind=context.actor_kind, actor=context.actor, role=context.role, channel=context.channel,
            purpose=context.purpose, occurred_at=context.occurred_at,
            correlation_id=None if correlation == context.command_id else correlation,
            on_behalf_of=context.on_behalf_of, causation=context.causation, **clear)
        recorded = context.now if self.version == 0 else max(context.now, self.modified_on)
        return {"originator_id": self.id, "originator_version": self.version + 1, "timestamp": recorded,
                "meta": meta}

    def _record(self, fact: Fact) -> None:
        fact.mutate(self)
        self.pending_events.append(fact)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id} v{self.version}>"
