"""When training is paused, then draft the change in status letter from the record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import msgspec

from aggregates.client_care.contents import Exercise, Morning, Session
from aggregates.client_care.facts import (
    CareFact,
    ClearanceGranted,
    ClientRegistered,
    ExacerbationOpened,
    FactAmended,
    MorningAnswered,
    ProgramChanged,
    ProgramDesigned,
    SessionRecorded,
)
from aggregates.kernel.messages import Fact
from aggregates.letter.messages import DraftLetter
from aggregates.protocol.model import Pack
from policies.base import Reaction


@dataclass(frozen=True)
class WhenTrainingIsPausedThenDraftTheLetter:
    """DL-06: the referral source gets a detailed account: exercise, dose, pain, the client's words, what was seen."""

    NAME: ClassVar[str] = "DL-06"
    VERSION: ClassVar[int] = 1
    REACTS_TO: ClassVar[tuple[type[Fact], ...]] = (ExacerbationOpened,)

    to: str = ""
    program: tuple[Exercise, ...] = ()
    session: Session | None = None
    session_version: int = 0
    planned: tuple[Exercise, ...] = ()
    morning: Morning | None = None
    morning_version: int = 0

    @classmethod
    def under(cls, _pack: Pack) -> Self:
        """It needs no number."""
        return cls()

    def apply(self, fact: CareFact) -> Self:
        """Keep the newest of what the letter has to say."""
        match fact:
            case ClientRegistered():
                return replace(self, to=fact.referred_by.name)
            case ClearanceGranted():
                return replace(self, to=fact.issuer)
            case ProgramDesigned():
                return replace(self, program=fact.exercises)
            case ProgramChanged():
                changed = {each.name: each for each in fact.exercises}
                return replace(self, program=tuple(changed.get(each.name, each) for each in self.program))
            case SessionRecorded():
                return replace(self, session=fact.session, session_version=fact.originator_version,
                               planned=self.program, morning=None, morning_version=0)
            case MorningAnswered() if fact.of_version == self.session_version:
                return replace(self, morning=fact.morning, morning_version=fact.originator_version)
            case FactAmended() if fact.of_version == self.session_version and "session" in fact.content:
                return replace(self, session=msgspec.convert(fact.content["session"], Session))
            case FactAmended() if fact.of_version == self.morning_version and "morning" in fact.content:
                return replace(self, morning=msgspec.convert(fact.content["morning"], Morning))
        return self

    def act(self, fact: ExacerbationOpened, position: int) -> Iterable[Reaction]:
        """One letter for each pause."""
        client = fact.originator_id.partition(":")[2]
        yield Reaction(f"letter:{client}-change-in-status-{position}", DraftLetter(
            client=client, kind="change in status letter", to=self.to,
            lines=("Training is paused.", *self.account(), *reported(fact))))

    def account(self) -> Iterator[str]:
        """The session as the record has it, sentence by sentence."""
        session = self.session
        if session is None:
            return
        morning = self.morning.pain if self.morning else None
        numbers = ((session.pain_before, "before"), (session.pain_worst, "at worst"), (session.pain_after, "after"),
                   (session.pain_ten_minutes_later, "ten minutes later"), (morning, "the next morning"))
        said = [f"{number} {when}" for number, when in numbers if number is not None]
        if said:
            yield f"Pain on a scale of 0 to 10: {', '.join(said)}."
        if session.exercise is not None:
            yield f"Exercise: {session.exercise}{dose(session.exercise, self.planned)}."
        if session.client_said:
            yield f"Client's words: {quoted(session.client_said)}."
        if self.morning is not None and self.morning.words:
            yield f"Client's words the next morning: {quoted(self.morning.words)}."
        if session.coach_observed:
            yield f"Observed: {session.coach_observed.strip().removesuffix('.')}."


def dose(name: str, program: tuple[Exercise, ...]) -> str:
    """The planned dose of an exercise in words."""
    for each in program:
        if each.name == name:
            volume = f" {each.sets} x {each.reps}" if each.sets and each.reps else ""
            load = f" at {each.load_kg:g} kg" if each.load_kg is not None else ""
            return volume + load
    return ""


def reported(fact: ExacerbationOpened) -> Iterator[str]:
    """What the client said when reporting the worsening."""
    if fact.words:
        yield f"Client's words on the change: {quoted(fact.words)}."


def quoted(words: str) -> str:
    """Somebody's words in quotation marks that close where the words end, so that nobody takes the rest for theirs."""
    return '"' + " ".join(words.replace('"', "'").split()) + '"'
