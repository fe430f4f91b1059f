"""Plays a care history through the door, one step after the other, and compares each answer with what was expected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from aggregates.kernel.errors import InvalidInput, MetError
from workflow.bootstrap import Office
from workflow.clocks import VirtualClock
from workflow.engine.checking import complete
from workflow.engine.expectations import unmet
from workflow.engine.founding import founding, owner_of
from workflow.engine.histories import History, Step
from workflow.engine.names import LETTER
from workflow.engine.parsing import check_client, parse_command
from workflow.engine.real_clock import Comparable, on_a_real_clock
from workflow.engine.requests import Answer, Request, Who
from workflow.log.append import Receipt

NOBODY_OF_THE_STAFF = {"client": "client", "clock": "clock"}


class Played(NamedTuple):
    """A step and what it came to: an answer, or an error.

    `unmet` lists what was expected and is not so, `notes` what was expected and can't be compared here.
    """

    name: str
    step: Step
    at: datetime
    answer: Answer | None
    error: MetError | None
    unmet: tuple[str, ...]
    notes: tuple[str, ...] = ()


class Player:
    """Plays histories into an office. On a real log the steps are late entries; on a rehearsal time is made up."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._versions: dict[str, int] = {}
        self._so_at: dict[UUID, datetime] = {}
        self._before: frozenset[UUID] = frozenset()

    def played_before(self, history: History) -> tuple[int, int, bool]:
        """How many steps of a history are in this log, the position of the first, and whether it is all of them."""
        found = [(step, self._receipt(history, name, step)) for name, step in history.plan()]
        positions = [receipt.position for _, receipt in found if receipt is not None]
        storing = [receipt for step, receipt in found if step.expect.error is None]
        return len(positions), min(positions, default=0), bool(storing) and storing[-1] is not None

    def play(self, history: History) -> Iterator[Played]:
        """Found the practice if it is not there yet, then play every step."""
        plan = list(history.plan())
        self._before = frozenset(self._command_id(history, name, step) for name, step in plan
                                 if self._receipt(history, name, step) is not None)
        self._settle(history, plan[0][1] if plan else None)
        for name, step in plan:
            yield self._play(history, name, step)

    def _settle(self, history: History, first: Step | None) -> None:
        if first is None:
            raise InvalidInput("history: has no step")
        self._set_clock(history.utc(first.at, "at"))
        practice, owner = history.practice.id, owner_of(history)
        for name, command in list(founding(history)):
            answer = self._office.door(practice).handle(Request(
                practice, f"practice:{practice}", command, Who("person", owner.id), history.command_id(name, None)))
            if answer.refused:
                raise InvalidInput(f"history: practice: {answer.broken[0].sentence}")

    def _play(self, history: History, name: str, step: Step) -> Played:
        at = history.utc(step.at, "at")
        self._set_clock(at)
        try:
            request = self._request(history, name, step, at)
            answer = self._office.door(history.practice.id).handle(request)
        except MetError as error:
            return self._compared(history, Played(name, step, at, None, error, ()))
        told = [fact for fact in answer.facts if fact.meta.actor_kind != "clock"]
        if told:
            self._versions[f"{step.client}/{name}"] = told[0].originator_version
        played = Played(name, step, at, answer, None, ())
        if answer.repeated and answer.command_id in self._before:  # the record has moved on since
            return played
        return self._compared(history, played)

    def _compared(self, history: History, played: Played) -> Played:
        step, answer = played.step, played.answer
        expect, notes = (Comparable(step.expect) if self._office.virtual is not None else
                         on_a_real_clock(step.expect, answer))
        step = msgspec.structs.replace(step, expect=expect)
        return played._replace(notes=notes, unmet=unmet(self._office, history, step, answer, played.error))

    def _request(self, history: History, name: str, step: Step, at: datetime) -> Request:
        reference = step.amends or step.resolves
        command = parse_command(step.do, complete(step, self._version_of(step, reference) if reference else 0))
        practice = history.practice.id
        occurred = history.utc(step.occurred_at, "occurred_at") if step.occurred_at else None
        command_id = self._command_id(history, name, step)
        if occurred is None and self._office.virtual is None:
            occurred = self._so_at.setdefault(command_id, at)  # sent a second time, it is still about the first
        return Request(practice, self._stream(practice, step), command, _who(step),
                       command_id, occurred, self._expected(practice, step))

    def _stream(self, practice: str, step: Step) -> str:
        if step.do in LETTER and step.client is not None:
            return f"letter:{self._newest_letter(practice, step.client) if step.letter is None else step.letter}"
        if step.client is None:
            return f"practice:{practice}"
        return f"care:{check_client(step.client)}"

    def _newest_letter(self, practice: str, client: str) -> str:
        reader = self._office.log.reader
        found = [reader.stream(practice, name, 0, 1)[0]
                 for name in reader.streams_between(practice, f"letter:{client}-", f"letter:{client}.")]
        if not found:
            raise InvalidInput("letter: no letter about this client was drafted")
        return max(found).stream.partition(":")[2]

    def _command_id(self, history: History, name: str, step: Step) -> UUID:
        return history.command_id(step.id or name, step.client)

    def _receipt(self, history: History, name: str, step: Step) -> Receipt | None:
        return self._office.log.reader.receipt(history.practice.id, self._command_id(history, name, step).bytes)

    def _expected(self, practice: str, step: Step) -> int | None:
        if step.behind is None or step.client is None:
            return None
        return self._office.door(practice).care(step.client).version - step.behind

    def _version_of(self, step: Step, name: str) -> int:
        found = self._versions.get(f"{step.client}/{name}")
        if found is None:
            raise InvalidInput(f"history: no step of this client is called {name}")
        return found

    def _set_clock(self, at: datetime) -> None:
        clock = self._office.virtual
        if isinstance(clock, VirtualClock):
            clock.set(at)


def _who(step: Step) -> Who:
    if step.by in NOBODY_OF_THE_STAFF:
        return Who(NOBODY_OF_THE_STAFF[step.by], step.client or "" if step.by == "client" else "calendar", step.via)
    return Who("person", step.by, step.via)
