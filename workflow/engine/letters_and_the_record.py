"""Letters and the record they quote: what a letter took, what it would take now, what was corrected since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from aggregates.client_care.facts import FactAmended
from aggregates.kernel.house import House
from aggregates.kernel.messages import Fact
from aggregates.letter import messages as m
from aggregates.letter.from_record import ADDRESSEE, ASKED, STANDS, Account, FromRecord, differing
from projections.account_of_a_pause import account_of
from workflow.engine.requests import Request
from workflow.engine.streams import History

DRAFTER = "policy:DL-06"  # only the engine can be this actor, so its mark in a fact is proof; an id anybody can type
COMPARED = (m.DraftLetter, m.RedraftLetter, m.SignLetter, m.SendLetter)


class Source(NamedTuple):
    """What a letter was drafted from: the position of the fact that opened the pause, and what it took from where."""

    cause: int
    took: Account | None = None
    as_of: int = 0


def source_of(facts: Sequence[Fact]) -> Source | None:
    """What a letter's own facts say of its source; None for a letter in a person's own words."""
    source: Source | None = None
    for fact in facts:
        match fact:
            case m.LetterDrafted() if fact.meta.actor == DRAFTER and fact.meta.causation is not None:
                source = Source(fact.meta.causation, Account(to=fact.to, lines=fact.lines), fact.as_of)
            case m.LetterRedrafted() if source is not None:
                source = Source(source.cause, Account(to=fact.to, lines=fact.lines), fact.as_of)
    return source


def asked_source(request: Request) -> Source | None:
    """The source of a letter that is about to be drafted."""
    is_policy = request.who.kind == "policy" and request.who.id == DRAFTER
    return Source(request.causation) if is_policy and request.causation is not None else None


def from_record(source: Source, care: History, house: House, at: datetime | None = None) -> FromRecord | None:
    """What the letter took, and what the record says now, or said *at* the moment for which it is decided."""
    version = _version_at(care, source.cause)
    said = [fact for fact in care.facts
            if at is None or fact.occurred_at <= at or fact.originator_version <= version]
    says = account_of(said, version, house)
    return FromRecord(says=says, as_of=len(care.facts), took=source.took) if says is not None else None


def no_longer_agrees(source: Source, sent: Fact, care: History, house: House) -> tuple[str, ...]:
    """The topics on which a letter that was sent differs from the record as it is corrected by now.

    What happened after it was sent is no mistake of the letter; one of an earlier release took its words when the pause
    began. Both sides are told by this version of the engine, because other words for the same facts are none either.
    """
    version = _version_at(care, source.cause)
    before = care.facts[:source.as_of or version]
    until = sent.occurred_at if source.as_of or not before else before[-1].occurred_at
    by_then = [fact for fact in care.facts if fact.originator_version <= len(before) or isinstance(fact, FactAmended)
               or fact.occurred_at <= until]
    told, tells = account_of(before, version, house), account_of(by_then, version, house)
    if told is None or tells is None:
        return ()
    return tuple(each for each in differing(told, tells) if each not in (STANDS, ASKED, ADDRESSEE))


def corrected_since(letter: History, care: History) -> list[FactAmended]:
    """The corrections of the record since a letter was drafted."""
    drafted = next((row.position for row, fact in zip(letter.rows, letter.facts, strict=True)
                    if isinstance(fact, m.LetterDrafted)), 0)
    return [fact for row, fact in zip(care.rows, care.facts, strict=True)
            if isinstance(fact, FactAmended) and row.position > drafted]


def _version_at(care: History, position: int) -> int:
    return next((row.version for row in care.rows if row.position == position), 0)
