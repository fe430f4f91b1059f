"""Who looked at a client's record: the client's access stream, told. It holds no health information."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from aggregates.kernel.messages import Fact, Meta
from workflow.access.facts import ClientExported, ClientRead
from workflow.engine.door import Door

SHOWN = {"show": "where the client stands", "replay": "the whole history", "letter": "a letter",
         "access": "who looked at the record",
         "receipt": "one decision", "why": "whether something may be done now", "next": "what may be done now",
         "whatif": "what would follow from imagined steps", "export": "the whole record, to take away"}


class Look(NamedTuple):
    """One look at a record. `command` is the command of `met` that showed it, `facts` how many facts were exported."""

    position: int
    version: int
    at: datetime
    command: str
    facts: int | None
    meta: Meta

    @property
    def shown(self) -> str:
        """What was shown, in words."""
        return SHOWN.get(self.command, "")

    def as_dict(self) -> dict[str, Any]:
        """For machines; keys are stable."""
        return {"position": self.position, "version": self.version, "at": self.at.isoformat(),
                "command": self.command, "shown": self.shown, "facts": self.facts, "actor": self.meta.actor,
                "actor_kind": self.meta.actor_kind, "role": self.meta.role, "purpose": self.meta.purpose,
                "channel": self.meta.channel, "on_behalf_of": self.meta.on_behalf_of}


def looks_at(door: Door, client: str) -> list[Look]:
    """Every look at the record of *client*, the oldest first; those at an erased record too."""
    return [_look(position, fact) for position, fact in door.streams.history(f"access:{client}").numbered()]


def _look(position: int, fact: Fact) -> Look:
    exported = fact.facts if isinstance(fact, ClientExported) else None
    command = fact.what if isinstance(fact, ClientRead) else "export"
    return Look(position, fact.originator_version, fact.occurred_at, command, exported, fact.meta)
