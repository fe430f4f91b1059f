"""Receipts: what one decision or refusal rested on, read from its position in the log."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from aggregates.client_care.facts import CommandRefused, DecisionMade, FactAmended
from aggregates.client_care.judging.rerun import differences, rerun
from aggregates.kernel.errors import InvalidInput, NotFound
from aggregates.kernel.messages import Fact, Meta
from aggregates.letter.letter import Letter
from aggregates.letter.messages import LetterCommandRefused
from aggregates.practice.facts import PracticeCommandRefused
from aggregates.protocol.model import Pack
from workflow.engine.door import Door
from workflow.engine.packs_at_hand import pack_of
from workflow.log.codec import decode_meta, from_micros
from workflow.log.row import Row

REFUSED = (CommandRefused.TOPIC, LetterCommandRefused.TOPIC, PracticeCommandRefused.TOPIC)
RECEIPTS = (DecisionMade.TOPIC, *REFUSED)
BY_ITSELF = ("engine", "clock")


class Receipt(NamedTuple):
    """A decision or refusal as it stands in the log.

    `asker` is the clear part of whatever somebody asked for with the same command. `about` is the fact decided on,
    `corrected_by` the version of the newest correction of it, `pack` the protocol in force if it is installed.
    """

    row: Row
    meta: Meta
    fact: DecisionMade | CommandRefused | LetterCommandRefused | PracticeCommandRefused
    client: str
    asker: Meta
    about: Fact | None
    corrected_by: int | None
    pack: Pack | None

    @property
    def recorded_at(self) -> datetime:
        """When it was recorded."""
        return from_micros(self.row.recorded_at)

    @property
    def occurred_at(self) -> datetime:
        """When it was so."""
        return self.meta.occurred_at or self.recorded_at


def receipt_at(door: Door, position: int) -> Receipt:
    """The receipt at *position*; `NotFound` if there is none of this practice, `Destroyed` if its client was erased."""
    found = door.log.reader.page(position - 1, position, 1) if position > 0 else []
    if not found or found[0].practice != door.practice or found[0].name not in RECEIPTS:
        raise NotFound(f"receipt: at position {position} there is no decision and no refusal of this practice; "
                       "met replay CLIENT shows where they are")
    row, meta = found[0], decode_meta(found[0].meta)
    fact = door.streams.sealer.unseal(row, door.keys.by_id(row.key_id))
    assert isinstance(fact, DecisionMade | CommandRefused | LetterCommandRefused | PracticeCommandRefused)
    rows = door.log.reader.stream(door.practice, row.stream)
    about = door.streams.fact(row.stream, fact.of_version) if isinstance(fact, DecisionMade) else None
    return Receipt(row, meta, fact, _client(door, row, fact), _asker(rows, row), about,
                   _correction(door, rows, about), _pack(door, fact, meta))


def _client(door: Door, row: Row, fact: Fact) -> str:
    """Whose record this is; nobody's for the practice's own refusals."""
    kind, _, name = row.stream.partition(":")
    if kind == "care":
        return name
    if kind == "practice":
        return ""
    letter = door.streams.load(Letter, row.stream)
    assert letter is not None
    assert isinstance(letter.aggregate, Letter)
    assert isinstance(fact, LetterCommandRefused)
    return letter.aggregate.memory.client or str(fact.asked.get("client", ""))


def _asker(rows: list[Row], row: Row) -> Meta:
    """Who asked for the command that this came of: what follows by rule or by the calendar is nobody's asking."""
    metas = [decode_meta(each.meta) for each in rows if each.command_id == row.command_id]
    return next((each for each in metas if each.actor_kind not in BY_ITSELF), decode_meta(row.meta))


def _correction(door: Door, rows: list[Row], about: Fact | None) -> int | None:
    if about is None:
        return None
    amended = [door.streams.fact(each.stream, each.version) for each in rows if each.name == FactAmended.TOPIC]
    of_it = [each.originator_version for each in amended
             if isinstance(each, FactAmended) and each.of_version == about.originator_version]
    return max(of_it, default=None)


def _pack(door: Door, fact: Fact, meta: Meta) -> Pack | None:
    """The pack by its whole hash; a refusal names only the beginning of it, and in clear."""
    if isinstance(fact, DecisionMade):
        return pack_of(door, fact.verdict.pack)
    installed = door.circumstances.installed()
    return next((each for each in installed if meta.protocol and each.hash.startswith(meta.protocol)), None)


def run_again(receipt: Receipt) -> tuple[str, ...]:
    """In what the decision differs when it is made again from the receipt alone; empty if it is the same.

    Raises `InvalidInput` for a refusal: it rests on the record of its time, not on tables.
    """
    if not isinstance(receipt.fact, DecisionMade):
        raise InvalidInput(f"rerun: at position {receipt.row.position} stands a refusal; only a decision of the "
                           "protocol can be made again from its receipt")
    stored = receipt.fact.verdict
    if receipt.pack is None:
        return (f"the pack {stored.pack[:16]} that decided is not installed, so it can't be made again",)
    try:
        return differences(stored, rerun(stored, receipt.pack))
    except InvalidInput as error:
        return (f"the pack can't take what the receipt says: {error}",)
