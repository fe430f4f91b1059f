"""What may be done now with a client and what not, and why: tried on a copy, so nothing is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

import msgspec

from aggregates.client_care.care import ClientCare
from aggregates.client_care.commands import LetTimePass
from aggregates.client_care.context import CareContext
from aggregates.client_care.facts import CommandRefused
from aggregates.client_care.memory import CareMemory
from aggregates.kernel.errors import InvalidInput
from aggregates.kernel.messages import Command
from aggregates.kernel.rules import BrokenRule
from aggregates.practice.roles import MAY
from workflow.engine.door import Door
from workflow.engine.names import snake
from workflow.engine.requests import Request, Who
from workflow.engine.wishes import ABOUT_CONTENT, Wish, wishes

STAFF = ("coach", "front desk", "owner")
Wanted = Callable[[CareMemory, CareContext], Iterator[Wish]]


class NextStep(NamedTuple):
    """One thing that may be wanted next: its command, who of the practice may ask, and the rules against it now."""

    command: str
    words: str
    roles: tuple[str, ...]
    broken: tuple[BrokenRule, ...]

    def as_dict(self) -> dict[str, Any]:
        """For machines; keys are stable."""
        return {"command": self.command, "words": self.words, "roles": list(self.roles),
                "broken": msgspec.to_builtins(self.broken)}


def next_steps(door: Door, client: str, who: Who, now: datetime, wanted: Wanted = wishes) -> list[NextStep]:
    """Every next step that is *wanted* from where the client stands at *now*, with what refuses it."""
    care = door.care(client)
    context = _context(door, care, client, who, now)
    today = deepcopy(care)
    _refused(today, LetTimePass(), context)
    return [_tried(today, each, context) for each in wanted(today.memory, context)]


def _context(door: Door, care: ClientCare, client: str, who: Who, now: datetime) -> CareContext:
    context = door.circumstances.of(
        Request(door.practice, f"care:{client}", LetTimePass(), who, uuid4(), now), care, now)
    assert isinstance(context, CareContext)
    return context


def _tried(care: ClientCare, wish: Wish, context: CareContext) -> NextStep:
    broken = tuple(each for each in _refused(deepcopy(care), wish.command, context) if each.name not in ABOUT_CONTENT)
    return NextStep(snake(type(wish.command).__name__), wish.words, roles_for(type(wish.command)), broken)


def _refused(care: ClientCare, command: Command, context: CareContext) -> tuple[BrokenRule, ...]:
    try:
        care.handle(command, context)
    except InvalidInput:  # only what a real request says can tell
        return ()
    return tuple(each for fact in care.collect_events() if isinstance(fact, CommandRefused) for each in fact.broken)


def roles_for(command: type[Command]) -> tuple[str, ...]:
    """Who of the practice may ask for it; an owner may whatever a coach or the front desk may."""
    return tuple(role for role in STAFF if command.__name__ in MAY[role]) or tuple(_others(command))


def _others(command: type[Command]) -> Iterator[str]:
    yield from (role for role, commands in MAY.items() if command.__name__ in commands)
