"""Stepping through what a practice decided: people, roles, referral sources, the protocol, holds, erasures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

import msgspec

from aggregates.client_care.facts import ClientErased, ClientRegistered, HoldLifted, HoldPlaced
from aggregates.practice.facts import ErasureCertified, ErasureDecided
from projections.told import Told
from workflow.engine.door import Door
from workflow.engine.replay import StepTold, replay
from workflow.log.codec import decode_meta, from_micros
from workflow.log.row import Row

# What the practice decided about a client stands in the client's own stream; its clear part is enough to tell it.
ABOUT_CLIENTS = {
    ClientRegistered.TOPIC: ("Client {} registered", ()),
    HoldPlaced.TOPIC: ("Retention hold placed on {}", ("PRV-07",)),
    HoldLifted.TOPIC: ("Retention hold on {} lifted", ("PRV-07",))}


def replay_of_practice(door: Door, zone: tzinfo) -> list[StepTold]:
    """The practice's own facts, and who registered or held which client; no client's content is opened."""
    own = replay(door.log.reader.stream(door.practice, f"practice:{door.practice}"), door.streams, door.keys, zone)
    return sorted([*own, *_about_clients(door)], key=lambda step: step.row.position)


def _about_clients(door: Door) -> Iterator[StepTold]:
    for page in door.log.reader.pages():
        yield from (_closed(row) for row in page
                    if row.practice == door.practice and row.name in ABOUT_CLIENTS and row.stream.startswith("care:"))


def _closed(row: Row) -> StepTold:
    """A client's fact told from its clear part, without the phase that it led to."""
    meta, recorded = msgspec.structs.replace(decode_meta(row.meta), phase=None), from_micros(row.recorded_at)
    words, rules = ABOUT_CLIENTS[row.name]
    late = (recorded - (meta.occurred_at or recorded)).total_seconds() / 3600
    told = Told(words.format(row.stream.partition(":")[2]), (), rules)
    return StepTold(row, meta, recorded, None, told, None, late, None, closed=True)


def is_erased(door: Door, client: str) -> bool:
    """Whether the client's stream ends with the skeleton's last fact."""
    last = door.log.reader.last(door.practice, f"care:{client}")
    return last is not None and last.name == ClientErased.TOPIC


def erasure_of(door: Door, client: str) -> list[Row]:
    """The practice's facts about the erasure of *client*: who decided it on which basis and why, and certificates."""
    history = door.streams.history(f"practice:{door.practice}")
    return [row for row, fact in zip(history.rows, history.facts, strict=True)
            if isinstance(fact, ErasureDecided | ErasureCertified) and fact.client == client]
