"""Letters about a client, as they stand: the text, the next step, and what refuses it now."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

import msgspec

from aggregates.kernel.errors import NotFound
from aggregates.kernel.messages import Command
from aggregates.kernel.rules import BrokenRule
from aggregates.letter import messages as m
from aggregates.letter.letter import Letter, LetterContext
from aggregates.letter.messages import LetterState as S
from workflow.engine.door import Door
from workflow.engine.names import snake
from workflow.engine.requests import Request, Who
from workflow.log.seal.keys import Destroyed

NEXT: dict[S, Command] = {
    S.DRAFTED: m.SignLetter(), S.CHECKED: m.SignLetter(), S.SIGNED: m.SendLetter(means="post"),
    S.SENT: m.RecordDelivery(), S.DELIVERED: m.RecordLetterAnswer()}


class LetterTold(NamedTuple):
    """A letter: its id, kind, whom it is about and to, where it stands, its text line by line.

    `next` is the command that comes next, and `broken` every rule that refuses it now.
    """

    id: str
    kind: str
    client: str
    to: str
    state: str
    lines: tuple[str, ...]
    next: str | None
    broken: tuple[BrokenRule, ...]

    @property
    def next_step(self) -> str:
        """What comes next, in words."""
        if self.next is None:
            return ""
        return f"; next: met do {self.id} {self.next}" + (", refused now" if self.broken else "")

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
    return LetterTold(letter, memory.kind, memory.client, memory.to, memory.state.value, memory.lines,
                      snake(type(command).__name__) if command else None,
                      _refused(door, loaded.aggregate, command, who, now) if command else ())


def _refused(door: Door, letter: Letter, command: Command, who: Who, now: datetime) -> tuple[BrokenRule, ...]:
    """What refuses the next step: tried on a copy, so nothing is recorded."""
    context = door.circumstances.of(Request(door.practice, letter.id, command, who, uuid4(), now), letter, now)
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
