"""When a letter is sent, then the client's care knows it, and what waited for it is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Self

from aggregates.client_care.commands import NoteLetter
from aggregates.kernel.messages import Fact
from aggregates.letter.messages import LetterFact, LetterSent
from aggregates.protocol.model import Pack
from policies.base import Reaction


@dataclass(frozen=True)
class WhenALetterIsSentThenNoteIt:
    """PRV-02: care remembers each letter that went out."""

    NAME: ClassVar[str] = "PRV-02"
    VERSION: ClassVar[int] = 1
    REACTS_TO: ClassVar[tuple[type[Fact], ...]] = (LetterSent,)

    @classmethod
    def under(cls, _pack: Pack) -> Self:
        """It needs no number."""
        return cls()

    def apply(self, _fact: LetterFact) -> Self:
        """Nothing has to be remembered."""
        return self

    def act(self, fact: LetterSent, _position: int) -> Iterable[Reaction]:
        """Tell the client's care."""
        letter = fact.originator_id.partition(":")[2]
        yield Reaction(f"care:{fact.client}", NoteLetter(letter=letter, kind=fact.kind))
