"""What belongs to a pause of training: the session that led to it, its mornings, and where the client stands now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_type_hints

import msgspec

from aggregates.client_care import facts as f
from aggregates.client_care.contents import Exercise
from aggregates.client_care.phases import IN_TRAINING, Phase
from aggregates.kernel.house import House
from aggregates.kernel.messages import Fact
from aggregates.protocol.decisions import Decision

POINTED = re.compile(r"in the decision on version (\d+)$")
ABOVE = "in the decision above"  # how the first releases pointed at it
ENDS_A_PAUSE = (f.TrainingResumed, f.ReferredBack, f.ClientDischarged)


def as_corrected(facts: Sequence[Fact]) -> list[Fact]:
    """A client's facts with every correction in the place of what it corrects. Never fails."""
    found = {fact.originator_version: fact for fact in facts}
    for fact in facts:
        if isinstance(fact, f.FactAmended) and fact.of_version in found:
            with suppress(msgspec.ValidationError, LookupError, TypeError):
                found[fact.of_version] = _corrected(found[fact.of_version], fact.content)
    return list(found.values())


def _corrected(original: Fact, content: dict[str, Any]) -> Fact:
    hints = get_type_hints(type(original))
    return replace(original, **{name: msgspec.convert(value, hints[name]) for name, value in content.items()})


class Pause:
    """The pause that the fact *opened* began or made worse, in a record that is read *as_corrected*."""

    def __init__(self, record: Sequence[Fact], opened: f.ExacerbationOpened, house: House) -> None:
        self._record, self.opened, self._house = record, opened, house
        after = [fact for fact in record if fact.originator_version > opened.originator_version]
        ends = next((fact.originator_version for fact in after if isinstance(fact, ENDS_A_PAUSE)), None)
        self.goes_on = ends is None
        self.worse_again = [fact for fact in after if isinstance(fact, f.ExacerbationOpened)
                            and (ends is None or fact.originator_version < ends)]
        self.decided_on = self.decision_of(opened)
        self.session = self._session()

    @property
    def since(self) -> datetime:
        """When training stopped: this may be a report within a pause that had begun already."""
        began = self.opened.occurred_at
        for fact in reversed(self._record[:self._record.index(self.opened)]):
            if isinstance(fact, ENDS_A_PAUSE):
                break
            if isinstance(fact, f.ExacerbationOpened):
                began = fact.occurred_at
        return began

    def decision_of(self, opened: f.ExacerbationOpened) -> Fact | None:
        """The fact whose decision this followed from; None if the client reported the worsening."""
        pointed = POINTED.search(opened.because)
        version = int(pointed[1]) if pointed else 0
        if opened.because.endswith(ABOVE):
            version = next((fact.of_version for fact in reversed(self._record[:self._record.index(opened)])
                            if isinstance(fact, f.DecisionMade)), 0)
        return next((fact for fact in self._record if fact.originator_version == version), None)

    @property
    def by_correction(self) -> bool:
        """Whether it was a correction that led to the pause."""
        on = self.decided_on.originator_version if self.decided_on is not None else 0
        decisions = [fact for fact in self._record if isinstance(fact, f.DecisionMade) and fact.of_version == on
                     and fact.originator_version < self.opened.originator_version]
        return bool(decisions) and decisions[-1].again

    def _session(self) -> f.SessionRecorded | None:
        """The session that led to the pause, in whatever order it was entered: the one that was decided on, the one
        before the morning that was decided on, or the newest one by then."""
        match self.decided_on:
            case f.SessionRecorded():
                return self.decided_on
            case f.MorningAnswered():
                return self._before(self.decided_on)
        return _newest([each for each in self._sessions() if each.occurred_at <= self.opened.occurred_at])

    def _sessions(self) -> list[f.SessionRecorded]:
        """The sessions since the client was taken in last."""
        taken_in = [fact.occurred_at for fact in self._record if isinstance(fact, f.ClientReadmitted)
                    and fact.originator_version < self.opened.originator_version]
        return [fact for fact in self._record if isinstance(fact, f.SessionRecorded)
                and (not taken_in or fact.occurred_at > taken_in[-1])]

    def _before(self, morning: f.MorningAnswered) -> f.SessionRecorded | None:
        """The session that a morning follows: the newest one of an earlier day."""
        day = self._house.today(morning.occurred_at)
        return _newest([each for each in self._sessions() if self._house.today(each.occurred_at) < day])

    def mornings(self) -> Iterator[f.MorningAnswered]:
        """The first answer of the morning after the session, and of each later one up to the pause."""
        if self.session is None:
            return
        days = set()
        told = [fact for fact in self._record if isinstance(fact, f.MorningAnswered)]
        for each in sorted(told, key=lambda fact: (fact.occurred_at, fact.originator_version)):
            day = self._house.today(each.occurred_at)
            counts = self.is_next_day(each.occurred_at) or each.occurred_at <= self.opened.occurred_at
            if counts and day not in days and self._before(each) is self.session:
                days.add(day)
                yield each

    def is_next_day(self, at: datetime) -> bool:
        """Whether this was on the day after the session."""
        assert self.session is not None
        return self._house.today(at) == self._house.today(self.session.occurred_at) + timedelta(days=1)

    def planned(self) -> dict[str, Exercise]:
        """The programme as it was when the session was held."""
        programme: dict[str, Exercise] = {}
        at = self.session.occurred_at if self.session is not None else self.opened.occurred_at
        then = [fact for fact in self._record if fact.occurred_at <= at]
        for fact in sorted(then, key=lambda fact: (fact.occurred_at, fact.originator_version)):
            match fact:
                case f.ProgramDesigned():
                    programme = {each.name: each for each in fact.exercises}
                case f.ProgramChanged():
                    programme |= {each.name: each for each in fact.exercises}
        return programme

    def phase_now(self) -> tuple[Phase, datetime]:
        """Where the client stands now, and since when; training and functional maintenance are one."""
        phase, since, told = Phase.EXACERBATION_PAUSE, self.opened.occurred_at, False
        for fact in self._record:
            led_to = Phase(fact.meta.phase) if fact.meta.phase is not None else phase
            if led_to is not phase and not {led_to, phase} <= set(IN_TRAINING):
                since, told = fact.occurred_at, False
            if isinstance(fact, ENDS_A_PAUSE) and not told:  # a deadline that the calendar found may come before it
                since, told = fact.occurred_at, True
            phase = led_to
        return phase, since

    def repeated(self) -> str:
        """Why the client was referred back, if it is because exacerbations repeat or last; else nothing."""
        back = next((fact for fact in reversed(self._record) if isinstance(fact, f.ReferredBack)), None)
        return back.reason if back is not None and back.rule == "EXA-03" else ""

    def emergency_since(self) -> datetime | None:
        """When an emergency was decided on since, as the newest decision on each fact has it."""
        newest = {fact.of_version: fact for fact in self._record if isinstance(fact, f.DecisionMade)
                  and fact.originator_version > self.opened.originator_version}
        return max((fact.occurred_at for fact in newest.values() if fact.verdict.outcome is Decision.EMERGENCY),
                   default=None)


def _newest(sessions: Sequence[f.SessionRecorded]) -> f.SessionRecorded | None:
    return max(sessions, key=lambda each: (each.occurred_at, each.originator_version), default=None)
