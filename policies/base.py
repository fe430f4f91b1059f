"""A policy is a pure fold with an answer: it reads one client's facts in order and says which commands follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, NamedTuple, Protocol, Self

from aggregates.kernel.messages import Command, Fact
from aggregates.protocol.model import Pack


class Reaction(NamedTuple):
    """A command that should follow, and the stream that it is for."""

    stream: str
    command: Command


class Policy(Protocol):
    """Remembers what it needs, and acts on some facts. It sees no clock, no store, no randomness."""

    NAME: ClassVar[str]
    VERSION: ClassVar[int]
    REACTS_TO: ClassVar[tuple[type[Fact], ...]]

    @classmethod
    def under(cls, pack: Pack) -> Self:
        """The policy at the beginning of a history, with the numbers of the client's protocol pack."""

    def apply(self, fact: Any) -> Self:
        """The policy after it has read *fact*."""

    def act(self, fact: Any, position: int) -> Iterable[Reaction]:
        """What follows from *fact*, which was stored at *position* and is applied already."""


def reactions(policy: Policy, history: Sequence[tuple[int, Fact]]) -> Iterable[tuple[int, Reaction]]:
    """Everything that should follow from a history, with the position of the fact it follows from."""
    for position, fact in history:
        policy = policy.apply(fact)
        if isinstance(fact, policy.REACTS_TO):
            for reaction in policy.act(fact, position):
                yield position, reaction
