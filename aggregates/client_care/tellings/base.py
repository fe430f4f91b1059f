"""How commands are turned into facts: a telling makes one fact when it is given its stamp."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from aggregates.client_care import facts as f
from aggregates.client_care.contents import Deadline
from aggregates.client_care.context import CareContext
from aggregates.client_care.deadlines import starting
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.phases import Phase
from aggregates.kernel.event_sourced import Stamp
from aggregates.kernel.messages import Command, Value
from aggregates.protocol.verdict import Verdict

Telling = Callable[[Stamp], f.CareFact]


@dataclass(frozen=True)
class Automatic:
    """A fact that the protocol tells because of the command: nobody did it, and nobody's name stands under it."""

    telling: Telling

    def __call__(self, stamp: Stamp) -> f.CareFact:
        """Make the fact."""
        return self.telling(stamp)


@dataclass(frozen=True)
class AtItsTime:
    """A fact of the calendar, which was so at its own moment, whenever somebody noticed."""

    telling: Telling
    at: datetime

    def __call__(self, stamp: Stamp) -> f.CareFact:
        """Make the fact."""
        return self.telling(stamp)


V = TypeVar("V", bound=Value)


class Case(NamedTuple):
    """A command that was admitted: the memory before it, the decision, where it leads, the version it begins at."""

    care: CareMemory
    command: Any
    context: CareContext
    verdict: Verdict | None
    phase: Phase
    dest: Phase
    version: int


Tell = Callable[[Case], Iterable[Telling]]
TELL: dict[type[Command], Tell] = {}


def tells(kind: type[Command]) -> Callable[[Tell], Tell]:
    """Register what a command comes to."""

    def register(tell: Tell) -> Tell:
        TELL[kind] = tell
        return tell

    return register


def content_of(kind: type[V], command: Any) -> V:
    """The content that a command carries, without being a command."""
    return kind(**{name: getattr(command, name) for name in kind.__struct_fields__})


def deadlines(case: Case, starts: str) -> Iterator[Telling]:
    """Every deadline that begins to run now."""
    for each in starting(starts, case.care, case.context):
        yield deadline_set(each)


def deadline_set(deadline: Deadline) -> Telling:
    """Something must follow."""
    return Automatic(lambda s: f.DeadlineSet(**s, deadline=deadline))


def met(ids: Iterable[str]) -> Iterator[Telling]:
    """Deadlines that were met."""
    for each in ids:
        yield _met(each)


def _met(deadline: str) -> Telling:
    return Automatic(lambda s: f.DeadlineMet(**s, id=deadline))


def cancelled(ids: Iterable[str], because: str) -> Iterator[Telling]:
    """Deadlines that need not be met any more."""
    for each in ids:
        yield _cancelled(each, because)


def _cancelled(deadline: str, because: str) -> Telling:
    return Automatic(lambda s: f.DeadlineCancelled(**s, id=deadline, because=because))
