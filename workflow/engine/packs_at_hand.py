"""The protocol pack that decides for a client, where it is still installed."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from aggregates.kernel.errors import NotFound
from aggregates.protocol.model import Pack
from projections.deadline_names import deadline_names
from workflow import protocol_packs
from workflow.engine.door import Door


def pack_of(door: Door, pinned: str = "") -> Pack | None:
    """The pack called *pinned*, or the practice's; None where it is not installed here any more."""
    try:
        return door.circumstances.pack(pinned)
    except NotFound:
        return None


@lru_cache(maxsize=1)
def shipped_pack() -> Pack:
    """The pack that ships with the engine."""
    packs, default = protocol_packs.installed(Path("/nonexistent"))
    return packs[default]


def names_for(door: Door, pinned: str = "") -> dict[str, str]:
    """What the deadlines of a client are called."""
    return deadline_names(pack_of(door, pinned) or shipped_pack())
