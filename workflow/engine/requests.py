"""What comes to the door, and what it answers."""

from __future__ import annotations

import os
from datetime import datetime
from time import time_ns
from typing import NamedTuple
from uuid import UUID

from aggregates.client_care.facts import CommandRefused, DecisionMade
from aggregates.kernel.messages import Command, Fact
from aggregates.kernel.rules import BrokenRule
from aggregates.letter.messages import LetterCommandRefused
from aggregates.practice.facts import PracticeCommandRefused
from aggregates.protocol.decisions import ACT_NOW
from aggregates.protocol.verdict import Verdict

RANDOM_BITS = (1 << 62) - 1
VERSION, VARIANT = 7 << 76, 2 << 62

REFUSALS = (CommandRefused, LetterCommandRefused, PracticeCommandRefused)


def new_command_id() -> UUID:
    """A new id (UUID version 7). Ids that grow with time keep the newest receipts side by side in the database."""
    chance = int.from_bytes(os.urandom(10))
    return UUID(int=time_ns() // 1_000_000 << 80 | VERSION | (chance >> 68) << 64 | VARIANT | chance & RANDOM_BITS)


class Who(NamedTuple):
    """Who asks. `kind` is person, client, policy or clock; a person's role is the practice's business, not theirs."""

    kind: str
    id: str
    channel: str = "cli"
    purpose: str = "care"
    on_behalf_of: str | None = None


class Request(NamedTuple):
    """One command for one stream of one practice."""

    practice: str
    stream: str
    command: Command
    who: Who
    command_id: UUID
    occurred_at: datetime | None = None
    expected_version: int | None = None
    correlation_id: UUID | None = None
    causation: int | None = None


class Answer(NamedTuple):
    """What a command came to. `position` is that of its first fact, 0 if there was nothing to record.

    `repeated`: the command id was answered before, and this is the same answer. `follow_ups` are the
    answers to what policies asked for because of it.
    """

    command_id: UUID
    stream: str
    version: int
    position: int
    facts: tuple[Fact, ...]
    repeated: bool = False
    follow_ups: tuple[Answer, ...] = ()

    @property
    def broken(self) -> tuple[BrokenRule, ...]:
        """Every broken rule, if the command was refused."""
        return next((fact.broken for fact in self.facts if isinstance(fact, REFUSALS)), ())

    @property
    def refused(self) -> bool:
        """Whether the command was refused."""
        return any(isinstance(fact, REFUSALS) for fact in self.facts)

    @property
    def at_once(self) -> Verdict | None:
        """What has to be done at once, decided now or in spite of a refusal; None where nobody need be called today."""
        refused = next((fact.at_once for fact in self.facts if isinstance(fact, CommandRefused)), None)
        decided = [each for each in (*self.verdicts, refused) if each is not None and each.outcome in ACT_NOW]
        return min(decided, key=lambda each: each.outcome.rank, default=None)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The protocol's decisions."""
        return tuple(fact.verdict for fact in self.facts if isinstance(fact, DecisionMade))

    @property
    def phase(self) -> str | None:
        """The phase that the last fact led to."""
        return self.facts[-1].meta.phase if self.facts else None

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of all rules that this answer rests on."""
        ids = [rule for verdict in self.verdicts for rule in verdict.rules]
        ids += [each.rule for each in self.broken]
        ids += [fact.rule for fact in self.facts if isinstance(getattr(fact, "rule", None), str)]  # type: ignore[attr-defined]
        return tuple(dict.fromkeys(ids))
