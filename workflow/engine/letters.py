"""Letters about a client, as they stand: the text, the next step, and what refuses it now."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

import msgspec

from aggregates.client_care.facts import FactAmended
from aggregates.kernel.errors import NotFound
from aggregates.kernel.messages import Command
from aggregates.kernel.rules import BrokenRule
from aggregates.letter import messages as m
from aggregates.letter.letter import Letter, LetterContext
from aggregates.letter.messages import LetterState as S
from projections.narrative import title
from workflow.engine.door import Door
from workflow.engine.letters_and_the_record import corrected_since, from_record, no_longer_agrees, source_of
from workflow.engine.names import snake
from workflow.engine.requests import Request, Who
from workflow.log.seal.keys import Destroyed

NEXT: dict[S, Command] = {
    S.DRAFTED: m.SignLetter(), S.CHECKED: m.SignLetter(), S.SIGNED: m.SendLetter(means="post"),
    S.SENT: m.RecordDelivery(), S.DELIVERED: m.RecordLetterAnswer()}
GONE_OUT = (S.SENT, S.DELIVERED, S.ANSWERED)
OUTDATED = "LET-02"


class LetterTold(NamedTuple):
    """A letter: its id, kind, whom it is about and to, where it stands, its text line by line.

    `next` is the command that comes next, and `broken` every rule that refuses now to sign or send it. `changed` are
    the topics on which it differs from the record, and `warning` says what a person has to know about that.
    """

    id: str
    kind: str
    client: str
    to: str
    state: str
    lines: tuple[str, ...]
    next: str | None
    broken: tuple[BrokenRule, ...]
    changed: tuple[str, ...] = ()
    warning: str = ""

    @property
    def next_step(self) -> str:
        """What comes next, in words."""
        if self.next is None:
            return ""
        refused = self.broken and not self.outdated
        return f"; next: met do {self.id} {self.next}" + (", refused now" if refused else "")

    @property
    def outdated(self) -> bool:
        """Whether it can't go on because the record says something else now."""
        return any(each.rule == OUTDATED for each in self.broken)

    def as_dict(self) -> dict[str, Any]:
        """For machines; keys are stable."""
        plain: dict[str, Any] = msgspec.to_builtins(self._asdict())
        return plain


def letter_told(door: Door, letter: str, who: Who, now: datetime) -> LetterTold:
    """A letter by its id; `NotFound` if this practice has none of that id, or its client was erased."""
    try:
        loaded = door.streams.load(Letter, f"letter:{letter}")
    except Destroyed:
        raise NotFound("letter: its client was erased; nothing of its text is left") from None
    if loaded is None:
        raise NotFound(f"letter: there is no letter {letter} in this practice")
    assert isinstance(loaded.aggregate, Letter)
    memory = loaded.aggregate.memory
    command = NEXT.get(memory.state)
    broken = _refused(door, loaded.aggregate, command, who, now) if command else ()
    changed, warning = _against_the_record(door, loaded.aggregate)
    told = LetterTold(letter, memory.kind, memory.client, memory.to, memory.state.value, memory.lines,
                      snake(type(command).__name__) if command else None, broken, changed, warning)
    return told._replace(next=snake(m.RedraftLetter.__name__)) if told.outdated else told


def _against_the_record(door: Door, letter: Letter) -> tuple[tuple[str, ...], str]:
    """What the letter says otherwise than the record, and a sentence where that stops nothing by itself."""
    memory = letter.memory
    if memory.state in (S.BLANK, S.CANCELLED):
        return (), ""
    own, care = door.streams.history(letter.id), door.streams.history(f"care:{memory.client}")
    source, house = source_of(own.facts), door.circumstances.practice().house(door.practice)
    if source is None:
        return (), _typed(corrected_since(own, care), memory.state)
    if memory.state not in GONE_OUT:
        record = from_record(source, care, house)
        return (record.differs if record is not None else ()), ""
    sent = next(fact for fact in reversed(own.facts) if isinstance(fact, m.LetterSent))
    changed = no_longer_agrees(source, sent, care, house)
    said = f"what was sent no longer agrees with the record: {', '.join(changed)}; write to {memory.to} again"
    return changed, said if changed else ""


def _typed(corrections: list[FactAmended], state: S) -> str:
    """What a person has to know who wrote a letter before the record was corrected."""
    if not corrections:
        return ""
    what = ", ".join(dict.fromkeys(f"v{each.of_version} ({title(each.of_name).lower()})" for each in corrections))
    do = "see whether to write again" if state in GONE_OUT else "read it again before it goes out"
    return f"the record was corrected since this was drafted: {what}; {do}"


def _refused(door: Door, letter: Letter, command: Command, who: Who, now: datetime) -> tuple[BrokenRule, ...]:
    """What refuses the next step: tried on a copy, so nothing is recorded."""
    context = door.circumstances.of(Request(door.practice, letter.id, command, who, uuid4()), letter, now)
    assert isinstance(context, LetterContext)
    copy = deepcopy(letter)
    copy.handle(command, context)
    return tuple(each for fact in copy.collect_events() if isinstance(fact, m.LetterCommandRefused)
                 for each in fact.broken)


def letters_about(door: Door, client: str, who: Who, now: datetime) -> list[LetterTold]:
    """Every letter about a client, the oldest first; another client's id may begin like this one's."""
    names = door.log.reader.streams_between(door.practice, f"letter:{client}-", f"letter:{client}.")
    own = {row.key_id for row in door.log.reader.stream(door.practice, f"care:{client}", 0, 1)}
    first = [(rows[0].position, name) for name in names
             if (rows := door.log.reader.stream(door.practice, name, 0, 1)) and rows[0].key_id in own]
    return [letter_told(door, name.partition(":")[2], who, now) for _, name in sorted(first)]
