"""From a client and a command's name to an answer: is it legal now, what is missing, what else may be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec

from aggregates.client_care import commands as c
from aggregates.client_care.commands import LetTimePass
from aggregates.client_care.context import CareContext
from aggregates.client_care.memory import CareMemory
from aggregates.kernel.errors import InvalidInput
from aggregates.kernel.messages import Command
from aggregates.practice.roles import may
from workflow.engine.door import Door
from workflow.engine.missing import Missing, Why
from workflow.engine.names import CARE, COMMANDS, snake
from workflow.engine.next_steps import roles_for
from workflow.engine.parsing import parse_command
from workflow.engine.requests import Request, Who
from workflow.engine.why import Asking
from workflow.engine.wishes import ABOUT_CONTENT, Wish, wishes

ELSEWHERE = "why: explains the commands of a client's care; met letter ID says what refuses a letter's next step"


def why(door: Door, client: str, who: Who, now: datetime, command: str, fields: Mapping[str, Any] | None) -> Why:
    """Whether *command* is legal now, or what is missing; without *fields*, for the plainest request of that name.

    Raises `NotFound` for an unknown client and `InvalidInput` for a command or a field that can't be.
    """
    name = command.replace("-", "_")
    if name in COMMANDS and name not in CARE:
        raise InvalidInput(ELSEWHERE)
    care = door.care(client)
    context = context_of(door, client, who, now)
    stream = f"care:{client}"
    sample = None if fields is not None else sample_of(name, care.memory, context)
    asked = sample or parse_command(name, fields or {})
    asking = Asking(care, context, lambda version: door.circumstances.original(stream, version),
                    ABOUT_CONTENT if sample is not None else frozenset())
    if sample is None:
        asking.check(asked)
    found = asking.why(asked)
    return found if may(context.role, type(asked).__name__) else _by_another(found, type(asked))


def context_of(door: Door, client: str, who: Who, now: datetime) -> CareContext:
    """The circumstances in which *who* would ask now."""
    context = door.circumstances.of(
        Request(door.practice, f"care:{client}", LetTimePass(), who, uuid4(), now), door.care(client), now)
    assert isinstance(context, CareContext)
    return msgspec.structs.replace(context, now=now)


def sample_of(name: str, care: CareMemory, context: CareContext) -> Command | None:
    """The plainest request of this name, if there is one for where the client stands."""
    return next((each.command for each in all_wishes(care, context)
                 if snake(type(each.command).__name__) == name), None)


def _by_another(found: Why, command: type[Command]) -> Why:
    """The same, and somebody in a role that may ask for it is missing too."""
    roles = roles_for(command)
    role = Missing("ACC-01", f"somebody who may ask for it: {' or '.join(roles)}", "the practice")
    if not found.allowed and not found.missing:
        return found
    return found._replace(allowed=False, missing=(role, *found.missing))


def all_wishes(care: CareMemory, context: CareContext) -> Iterator[Wish]:
    """Everything that makes sense where the client stands, then every other command of the pathway once."""
    named: set[type[Command]] = set()
    for wish in wishes(care, context):
        named.add(type(wish.command))
        yield wish
    for wish in _others(care, context):
        if type(wish.command) not in named:
            yield wish


def _others(care: CareMemory, context: CareContext) -> Iterator[Wish]:
    """Requests that belong to another phase, or to none in particular."""
    source, most = care.referral_source or "-", int(context.pack.number("EXA-02.volume_percent"))
    yield Wish("resume training", c.ResumeTraining(volume_percent=most))
    yield Wish("record the screening", c.RecordScreening(answers={}))
    yield Wish("record a next-morning answer", c.RecordMorning(pain=0, usual=True))
    yield Wish("record a follow-up answer", c.RecordFollowUp(pain=0, usual=True))
    yield Wish("report that symptoms got worse", c.ReportExacerbation())
    yield Wish("refer the client back", c.ReferBack(reason="-"))
    yield Wish("move to functional maintenance", c.MoveToMaintenance(reason="-"))
    yield Wish("record what somebody said or wrote", c.RecordStatement(source="client_said", words="-"))
    yield Wish("set a decision aside", c.OverrideDecision(reason="-"))
    yield Wish("take back the client's release", c.WithdrawRelease(to=care.releases[0].to if care.releases else source))
    yield Wish("record that the client leaves by their own wish", c.WithdrawConsent())
    yield Wish("take the client in again", c.Readmit(reason="-"))
    yield Wish("forbid erasure for a legal reason", c.PlaceHold(reason="-"))
    yield Wish("allow erasure again", c.LiftHold(reason="-"))
