"""Commands ask, facts tell. A fact is for ever: its stored name is never renamed, its meaning never changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, ClassVar, dataclass_transform
from uuid import UUID

import msgspec
from eventsourcing.domain import CanMutateAggregate, MetaDomainEvent

Plain = str | int | float | bool | None
Upcaster = Callable[[dict[str, Any]], dict[str, Any]]

ENVELOPE = ("originator_id", "originator_version", "timestamp", "meta")


class Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An immutable value of named fields: an unknown field is refused, and printing it shows no content."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class Command(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that is asked for, in the imperative."""

    NAME: ClassVar[str] = ""


class Context(Value, frozen=True, kw_only=True):
    """Who asks, in which role, on whose behalf, why, through which channel, and when.

    `now` is when the practice's own clock heard of it and becomes the facts' recorded time;
    `occurred_at` is when it was so, as the asker says. Both are UTC. `causation` is the position
    of the fact that led to this command.
    """

    command_id: UUID
    actor_kind: str
    actor: str
    role: str
    channel: str
    purpose: str
    now: datetime
    occurred_at: datetime
    correlation_id: UUID | None = None
    on_behalf_of: str | None = None
    causation: int | None = None


class Meta(Value, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=False, rename={
    "actor_kind": "kind", "occurred_at": "at", "correlation_id": "corr", "on_behalf_of": "for",
    "causation": "cause", "protocol": "pack",
}):
    """The clear-text part of a fact: who, in which role, why, when. It holds no health information.

    `correlation_id` is absent when the fact's own command began the conversation. `protocol` is the
    beginning (128 bits, hexadecimal) of the content hash of the protocol pack in force.
    """

    actor_kind: str = ""
    actor: str = ""
    role: str = ""
    channel: str = ""
    purpose: str = ""
    occurred_at: datetime | None = None
    correlation_id: UUID | None = None
    on_behalf_of: str | None = None
    causation: int | None = None
    protocol: str | None = None
    phase: str | None = None


@dataclass_transform(frozen_default=True)
class FactType(MetaDomainEvent):
    """Makes each fact a frozen dataclass, as the event sourcing library does, and tells the type checker."""


class Fact(CanMutateAggregate[str], metaclass=FactType):
    """Something that was decided or observed. Named in the past tense, never changed, never removed."""

    TOPIC: ClassVar[str] = ""
    SCHEMA: ClassVar[int] = 1
    UPCASTERS: ClassVar[Mapping[int, Upcaster]] = {}
    PAYLOAD: ClassVar[tuple[str, ...]] = ()

    originator_id: str
    originator_version: int
    timestamp: datetime
    meta: Meta

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.__repr__ = Fact.__repr__  # type: ignore[method-assign]  # a generated one would print the content

    def apply(self, aggregate: Any) -> None:
        """Let the aggregate remember this fact; never fails."""
        aggregate.when(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.originator_id} v{self.originator_version}>"

    @property
    def occurred_at(self) -> datetime:
        """When it was so; the recorded time where nobody said otherwise. UTC."""
        return self.meta.occurred_at or self.timestamp

    def payload(self) -> dict[str, Any]:
        """The content by field name, without the envelope."""
        content = self.__dict__
        return {name: content[name] for name in payload_fields(type(self))}


def payload_fields(kind: type[Fact]) -> tuple[str, ...]:
    """The names of a fact's own fields, in the order of their declaration."""
    if "PAYLOAD" not in kind.__dict__:
        kind.PAYLOAD = tuple(f.name for f in fields(kind) if f.name not in ENVELOPE)
    return kind.PAYLOAD
