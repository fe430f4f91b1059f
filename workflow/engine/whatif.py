"""Imagined steps for one client, from a history file or a list of commands, and what each would come to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

import msgspec

from aggregates.client_care.care import ClientCare
from aggregates.client_care.memory import CareMemory
from aggregates.kernel.errors import InvalidInput, MetError, NotFound
from aggregates.kernel.messages import Command
from policies.base import Policy
from workflow.engine.checking import complete
from workflow.engine.door import Door
from workflow.engine.explaining import explain
from workflow.engine.histories import Step, read_history
from workflow.engine.imagining import Imagining
from workflow.engine.names import LETTER, PRACTICE
from workflow.engine.parsing import parse_command, parse_object
from workflow.engine.player import NOBODY_OF_THE_STAFF
from workflow.engine.requests import Answer, Request, Who

LIST = re.compile(r"\s*\[\s*[{\]]")


class Imagined(NamedTuple):
    """One imagined step, when it comes, and what it would come to."""

    step: Step
    at: datetime
    answer: Answer


class Outlook(NamedTuple):
    """Everything that would follow, and where the client would stand then. `left_out` steps are about somebody else."""

    steps: list[Imagined]
    care: CareMemory
    left_out: int


def read_steps(text: str, client: str, practice: str, asker: str, now: datetime) -> tuple[list[tuple[str, Step]], int]:
    """The steps about *client* with their names, and how many others there are; `InvalidInput` says what is wrong."""
    if LIST.match(text):
        found = list(_listed(text, client, asker, now))
        return found, 0
    history = read_history(text)
    if history.practice.id != practice:
        raise InvalidInput("whatif: the history is about another practice")
    plan = [(name, msgspec.structs.replace(step, at=history.utc(step.at, "at"), occurred_at=(
        history.utc(step.occurred_at, "occurred_at") if step.occurred_at else None))) for name, step in history.plan()]
    mine = [(name, step) for name, step in plan if step.client == client]
    if not mine:
        raise InvalidInput(f"whatif: no step of the history is about {client}")
    return mine, len(plan) - len(mine)


def _listed(text: str, client: str, asker: str, now: datetime) -> Iterator[tuple[str, Step]]:
    """Commands in a JSON list; one without a time comes with the one before it, one without a person from the asker."""
    entries = parse_object(f'{{"steps": {text}}}', "whatif")["steps"]
    before: Any = now
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict):
            raise InvalidInput(f"whatif: step {number}: must be an object with do, and if needed with, by, at")
        whole = {"at": before, "by": asker, "client": client, **entry}
        whole |= {name: _time(number, name, whole[name]) for name in ("at", "occurred_at") if name in whole}
        try:
            step = msgspec.convert(whole, Step)
        except msgspec.ValidationError as error:
            raise InvalidInput(f"whatif: step {number}: {explain(error, Step)}") from None
        if step.client != client:
            raise InvalidInput(f"whatif: step {number}: is about another client")
        before = whole["at"]
        yield step.id or f"step/{number}", step


def _time(number: int, name: str, given: Any) -> datetime:
    try:
        return given if isinstance(given, datetime) else datetime.fromisoformat(given)
    except (TypeError, ValueError):
        raise InvalidInput(f"whatif: step {number}: {name} must be a time like 2026-01-31T09:00") from None


def imagine(door: Door, policies: Iterable[type[Policy]], client: str, steps: list[tuple[str, Step]], now: datetime,
            zone: ZoneInfo) -> list[Imagined]:
    """What each step would come to on a copy of the client's history; `InvalidInput` or `NotFound` names the step."""
    imagining = Imagining(door, policies, now)
    door.care(client)
    versions: dict[str, int] = {}
    found = []
    for number, (name, step) in enumerate(steps, 1):
        try:
            at = _utc(step.at, zone)
            answer = imagining.on(_request(imagining, door.practice, client, step, versions, zone), at)
        except (InvalidInput, NotFound) as error:
            raise type(error)(f"whatif: step {number} ({step.do}): {_said(error)}") from None
        told = [fact for fact in answer.facts if fact.meta.actor_kind != "clock"]
        versions |= {name: told[0].originator_version} if told else {}
        found.append(Imagined(step, at, answer))
    return found


def outlook(door: Door, policies: Iterable[type[Policy]], client: str, text: str, asker: str, now: datetime,
            zone: ZoneInfo) -> Outlook:
    """What would follow from the steps in *text*, and where the client would stand."""
    steps, left_out = read_steps(text, client, door.practice, asker, now)
    found = imagine(door, policies, client, steps, now, zone)
    care = ClientCare.replay(None, door.streams.history(f"care:{client}").facts)
    assert care is not None
    for answer in (part for each in found for part in every_answer(each.answer)):
        if answer.stream == f"care:{client}":
            ClientCare.replay(care, answer.facts)
    return Outlook(found, care.memory, left_out)


def every_answer(answer: Answer) -> Iterator[Answer]:
    """An answer, then those to what followed from it, in the order in which they were decided."""
    yield answer
    for each in answer.follow_ups:
        yield from every_answer(each)


def _said(error: MetError) -> str:
    return str(error).removeprefix("whatif: ")


def _utc(moment: datetime, zone: ZoneInfo) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _request(imagining: Imagining, practice: str, client: str, step: Step, versions: dict[str, int], zone: ZoneInfo
             ) -> Request:
    command = _command(step, versions)
    occurred = _utc(step.occurred_at, zone) if step.occurred_at is not None else None
    return Request(practice, _stream(imagining, client, step), command, _who(client, step), uuid4(), occurred)


def _command(step: Step, versions: dict[str, int]) -> Command:
    reference = step.amends or step.resolves
    if reference and reference not in versions:
        raise InvalidInput(f"no imagined step before it is called {reference}")
    command = parse_command(step.do, complete(step, versions[reference] if reference else 0))
    if getattr(command, "client", step.client) != step.client:
        raise InvalidInput("client: is another client than the one it is imagined for")
    return command


def _stream(imagining: Imagining, client: str, step: Step) -> str:
    name = step.do.replace("-", "_")
    if name in PRACTICE:
        raise InvalidInput("imagines the client's care and letters; the practice stays as it is")
    if name not in LETTER:
        return f"care:{client}"
    letters = imagining.copies.letters_about(client)
    if step.letter is None and not letters:
        raise InvalidInput("letter: no letter about this client was drafted")
    wanted = f"letter:{step.letter}" if step.letter is not None else letters[-1]
    if name != "draft_letter" and wanted not in letters:
        raise NotFound("letter: there is no such letter about this client")
    return wanted


def _who(client: str, step: Step) -> Who:
    if step.by in NOBODY_OF_THE_STAFF:
        return Who(NOBODY_OF_THE_STAFF[step.by], client if step.by == "client" else "calendar", step.via)
    return Who("person", step.by, step.via)
