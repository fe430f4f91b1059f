"""When training is paused, then draft the change in status letter from the record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from aggregates.client_care.facts import (
    CareFact,
    ClearanceGranted,
    ClientDischarged,
    ClientRegistered,
    ExacerbationOpened,
    LetterNoted,
    ReferredBack,
    TrainingResumed,
)
from aggregates.kernel.messages import Fact
from aggregates.letter.messages import DraftLetter
from aggregates.protocol.model import Pack
from policies.base import Reaction

OWN = "-change-in-status-"  # in the ids of its letters; never changes, because command ids are derived from them


@dataclass(frozen=True)
class WhenTrainingIsPausedThenDraftTheLetter:
    """DL-06: the referral source gets a detailed account: exercise, dose, pain, the client's words, what was seen.

    One letter is open for each pause: a further report of worsening belongs into the one that has not gone out yet.
    The letter has no lines of its own. It takes the record's words as they are when it is drafted.
    """

    NAME: ClassVar[str] = "DL-06"
    VERSION: ClassVar[int] = 1
    REACTS_TO: ClassVar[tuple[type[Fact], ...]] = (ExacerbationOpened,)

    to: str = ""
    is_open: bool = False
    had_one: bool = False

    @classmethod
    def under(cls, _pack: Pack) -> Self:
        """It needs no number."""
        return cls()

    def apply(self, fact: CareFact) -> Self:
        """Keep to whom the letter goes, and whether one is open before and after the newest fact."""
        match fact:
            case ClientRegistered():
                return replace(self, to=fact.referred_by.name)
            case ClearanceGranted():
                return replace(self, to=fact.issuer)
            case ExacerbationOpened():
                return replace(self, is_open=True, had_one=self.is_open)
            case TrainingResumed() | ReferredBack() | ClientDischarged():
                return replace(self, is_open=False)
            case LetterNoted() if fact.letter.startswith(f"{_client(fact)}{OWN}"):
                return replace(self, is_open=False)
        return self

    def act(self, fact: ExacerbationOpened, position: int) -> Iterable[Reaction]:
        """Draft it, unless one is open."""
        if not self.had_one:
            yield Reaction(f"letter:{_client(fact)}{OWN}{position}", DraftLetter(
                client=_client(fact), kind="change in status letter", to=self.to, lines=()))


def _client(fact: CareFact) -> str:
    return fact.originator_id.partition(":")[2]
