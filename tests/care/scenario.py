"""Given a history, when a command comes, then these facts follow: a client's care without any store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import msgspec

from aggregates.client_care import facts as f
from aggregates.client_care.amending import as_corrected
from aggregates.client_care.care import ClientCare
from aggregates.client_care.commands import AmendFact, LetTimePass
from aggregates.client_care.context import CareContext
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.phases import Phase
from aggregates.kernel.house import House
from aggregates.kernel.messages import Command, Fact, Meta
from aggregates.kernel.rules import BrokenRule
from tests.protocol.example import PACK

HOUSE = House(practice="test", timezone="Europe/Oslo")
NAMES = UUID("3f8a9a52-6a0e-4a5e-9f0a-0f7f6ad2b001")
TOUCHED_BY_EVERY_COMMAND = ("last_contact_at",)
TOUCHED_BY_A_REFUSED_START = ("refused_holds", "crises", "open_features", "helped_hypo_at")
"""A start that is refused may hold the day all the same, and what was told then counts on."""


class At:
    """A command with the wall-clock time of the practice at which it comes, and when it was so."""

    def __init__(self, when: str, command: Command, *, occurred: str | None = None) -> None:
        self.when, self.command, self.occurred = when, command, occurred


class Told:
    """A fact that is put into the history as it is, past every rule."""

    def __init__(self, kind: type[f.CareFact], *, phase: Phase | None = None, **content: Any) -> None:
        self.kind, self.phase, self.content = kind, phase, content


class Scenario:
    """One client's care on a clock that the test sets by hand; an hour passes between steps unless a time is given."""

    def __init__(self, house: House, start: str) -> None:
        self.house, self.now = house, self.utc(start, house)
        self.care = ClientCare.begin("care:client", self.now)
        self.history: list[Fact] = []
        self.by_time: list[Fact] = []
        self.facts: list[Fact] = []
        self._before: dict[str, Any] = {}

    @staticmethod
    def utc(local: str, house: House = HOUSE) -> datetime:
        """A wall-clock time of the practice, UTC."""
        return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(house.timezone)).astimezone(UTC)

    @property
    def memory(self) -> Any:
        """What the client's care remembers."""
        return self.care.memory

    def and_given(self, *steps: Command | At | Told) -> Self:
        """More history; a command in it must be admitted."""
        for step in steps:
            if isinstance(step, Told):
                self._tell(step)
                continue
            self.when(step)
            assert not self.refusals, [each.name for each in self.refusals]
        return self

    def when(self, step: Command | At, at: str | None = None, *, kind: str = "person") -> Self:
        """The command comes. What time alone does until then is kept apart, in `by_time`."""
        given = step if isinstance(step, At) else At(at or "", step)
        self.now = self.utc(given.when, self.house) if given.when else self.now + timedelta(hours=1)
        occurred = self.utc(given.occurred, self.house) if given.occurred else self.now
        told = self._handle(given.command, occurred, kind)
        by_clock = [isinstance(given.command, LetTimePass) or each.meta.actor_kind == "clock" for each in told]
        self.by_time = [each for each, clock in zip(told, by_clock, strict=True) if clock]
        self.facts = [each for each, clock in zip(told, by_clock, strict=True) if not clock]
        self._before = remembered(self.history + self.by_time)
        self.history += told
        assert remembered(self.history) == self.remembered(), "replay and live memory differ"
        return self

    def _handle(self, command: Command, occurred: datetime, kind: str) -> list[Fact]:
        original = None
        if isinstance(command, AmendFact) and 0 < command.version <= len(self.history):
            original = as_corrected(self.history[command.version - 1], self.history)
        self.care.handle(command, CareContext(
            command_id=uuid5(NAMES, str(len(self.history))), actor_kind=kind, actor="anna", role="coach",
            channel="test", purpose="care", now=self.now, occurred_at=occurred, house=self.house, pack=PACK,
            original=original))
        return list(self.care.collect_events())

    def _tell(self, step: Told) -> None:
        fact = step.kind(originator_id="care:client", originator_version=self.care.version + 1, timestamp=self.now,
                         meta=Meta(phase=step.phase), **step.content)
        fact.mutate(self.care)
        self.history.append(fact)

    def remembered(self) -> dict[str, Any]:
        """The memory in plain values."""
        return plain(self.memory)

    @property
    def refusals(self) -> tuple[BrokenRule, ...]:
        """Every broken rule of the last command."""
        return tuple(each for fact in self.facts if isinstance(fact, f.CommandRefused) for each in fact.broken)

    def then(self, kind: type[f.CareFact], **content: Any) -> Self:
        """The last command, or the time until it, told such a fact with this content."""
        found = [each for each in (*self.by_time, *self.facts) if isinstance(each, kind)]
        assert found, f"no {kind.__name__} among {[type(each).__name__ for each in self.facts]}"
        fitting = [each for each in found if all(getattr(each, name) == value for name, value in content.items())]
        assert fitting, [each.payload() for each in found]
        return self

    def then_not(self, kind: type[f.CareFact]) -> Self:
        """The last command told no such fact, and neither did the time until it."""
        assert not [each for each in (*self.by_time, *self.facts) if isinstance(each, kind)]
        return self

    def then_refused(self, *names: str, keeps: type[f.CareFact] | None = None) -> Self:
        """Exactly these rules were broken, and nothing but the refusal and what it *keeps* was recorded."""
        assert {each.name for each in self.refusals} == set(names)
        assert len(self.refusals) == len(names)
        assert [type(each) for each in self.facts] == [f.CommandRefused, *([keeps] if keeps is not None else [])]
        now, before = self.remembered(), self._before
        if [each.command for each in self.facts if isinstance(each, f.CommandRefused)] == ["StartSession"]:
            now, before = ({name: value for name, value in each.items() if name not in TOUCHED_BY_A_REFUSED_START}
                           for each in (now, before))
        assert keeps is not None or now == before
        assert all(each.rule and each.sentence and each.unlock for each in self.refusals)
        return self

    def broken(self, name: str) -> BrokenRule:
        """The broken rule of this name."""
        return next(each for each in self.refusals if each.name == name)

    def then_admitted(self) -> Self:
        """The command was not refused, and told something."""
        assert not self.refusals, [(each.name, each.seen) for each in self.refusals]
        assert self.facts
        return self

    def then_phase(self, phase: Phase) -> Self:
        """The client stands there now."""
        assert self.memory.phase is phase, self.memory.phase
        return self

    def then_decided(self, outcome: str, *rules: str) -> Self:
        """The protocol came to this outcome, and these rules are among those that fired."""
        decided = next(each.verdict for each in self.facts if isinstance(each, f.DecisionMade))
        assert decided.outcome == outcome, (decided.outcome, decided.rules)
        assert set(rules) <= set(decided.rules), decided.rules
        return self

    def then_nothing_happened(self) -> Self:
        """Neither the command nor the time until it told anything."""
        assert (self.by_time, self.facts) == ([], [])
        return self

    def due(self, deadline: str) -> str:
        """When an open deadline is due, on the wall clock of the practice."""
        local = self.house.local(self.memory.deadlines[deadline].due_at)
        return local.isoformat(timespec="minutes")[:16]

    def version_of(self, kind: type[f.CareFact], back: int = 1) -> int:
        """The version of the newest fact of a kind, or of one further *back*."""
        return [each.originator_version for each in self.history if isinstance(each, kind)][-back]

    def also(self, look: Callable[[Self], object]) -> Self:
        """Look at something more within the sentence."""
        assert look(self)
        return self


def remembered(history: Sequence[Fact]) -> dict[str, Any]:
    """What is remembered of a history when it is read from the beginning."""
    care = ClientCare.replay(None, history)
    return plain(care.memory if care is not None else CareMemory())


def plain(memory: CareMemory) -> dict[str, Any]:
    """A memory in plain values, without what every command touches."""
    values: dict[str, Any] = msgspec.to_builtins(memory)
    return {name: value for name, value in values.items() if name not in TOUCHED_BY_EVERY_COMMAND}


def given(*steps: Command | At | Told, house: House = HOUSE, start: str = "2026-01-05T08:00") -> Scenario:
    """A history to begin with."""
    return Scenario(house, start).and_given(*steps)
