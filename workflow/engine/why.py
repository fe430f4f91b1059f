"""Why not yet: the smallest set of missing things that would make a request legal, found by trying on copies."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from copy import deepcopy
from datetime import datetime
from typing import NamedTuple

import msgspec

from aggregates.client_care.care import ClientCare
from aggregates.client_care.commands import AmendFact, LetTimePass, RecordClearance
from aggregates.client_care.context import CareContext
from aggregates.client_care.facts import CommandRefused, DecisionMade
from aggregates.kernel.errors import InvalidInput
from aggregates.kernel.messages import Command, Fact
from aggregates.kernel.rules import BrokenRule
from workflow.engine.missing import TOO_LONG, Missing, Until, Why, expiries
from workflow.engine.remedies import OF_THE_REQUEST, REMEDIES, Remedy
from workflow.engine.ways import Ask, Way

MOST = 6  # things that may be missing at once; the longest way, from discharge back into training, has three
DEEP = 3  # a thing may itself be refused for want of another one


class Tried(NamedTuple):
    """A copy on which a request was tried, what it came to, and what refused it."""

    care: ClientCare
    facts: tuple[Fact, ...]

    @property
    def broken(self) -> tuple[BrokenRule, ...]:
        """Every broken rule."""
        return tuple(each for fact in self.facts if isinstance(fact, CommandRefused) for each in fact.broken)


class Taken(NamedTuple):
    """A remedy that was taken on the way: for which rule, and since when."""

    rule: BrokenRule
    remedy: Remedy
    way: Way
    since: datetime

    def from_(self, now: datetime, context: CareContext) -> Way:
        """The same beginning at *now*, because something before it that takes time is left out."""
        return tuple(_dated(Ask(each.command, each.at - (self.since - now)), context) for each in self.way)


class State(NamedTuple):
    """Where the search stands."""

    care: ClientCare
    now: datetime
    taken: tuple[Taken, ...] = ()


class Asking:
    """Tries requests on copies of one client's care."""

    def __init__(self, care: ClientCare, context: CareContext, original: Callable[[int], Fact | None],
                 ignored: frozenset[str] = frozenset()) -> None:
        self.care, self.context, self._original, self._ignored = care, context, original, ignored

    def why(self, command: Command) -> Why:
        """Whether *command* is legal now, or what is missing."""
        now = self.context.now
        tried = self.tried(self.care, Ask(command, now))
        broken = self._counting(tried.broken)
        if not broken:
            verdict = next((each.verdict for each in tried.facts if isinstance(each, DecisionMade)), None)
            return Why(True, (), verdict=verdict, until=self._ends(command))
        found = self._search(command)
        return Why(False, broken) if found is None else Why(False, broken, tuple(self._told(command, found)))

    def check(self, command: Command) -> None:
        """Raise `InvalidInput` for a request that can't be taken in at all, such as a date that can't be."""
        self._handled(deepcopy(self.care), Ask(command, self.context.now))

    def tried(self, care: ClientCare, ask: Ask) -> Tried:
        """What a request comes to at its time, on a copy; whether it can be taken in at all is another question."""
        copy = deepcopy(care)
        with suppress(InvalidInput):
            self._handled(copy, ask)
        return Tried(copy, tuple(copy.collect_events()))  # type: ignore[arg-type]

    def _handled(self, care: ClientCare, ask: Ask) -> None:
        command = ask.command or LetTimePass()
        context = msgspec.structs.replace(self.context, now=ask.at, occurred_at=ask.at)
        if isinstance(command, AmendFact):
            context = msgspec.structs.replace(context, original=self._original(command.version))
        care.handle(command, context)

    def _counting(self, broken: Sequence[BrokenRule]) -> tuple[BrokenRule, ...]:
        return tuple(each for each in broken if each.name not in self._ignored)

    def _left(self, care: ClientCare, command: Command, now: datetime) -> tuple[BrokenRule, ...]:
        """What stands against *command* that no other request would change."""
        broken = self._counting(self.tried(care, Ask(command, now)).broken)
        return tuple(each for each in broken if each.name not in OF_THE_REQUEST)

    def _search(self, command: Command) -> tuple[Taken, ...] | None:
        """The fewest remedies after which nothing but the request itself is left; breadth first."""
        waiting = deque([State(self.care, self.context.now)])
        seen: set[frozenset[str]] = set()
        while waiting:
            state = waiting.popleft()
            if not self._left(state.care, command, state.now):
                return self._without_the_needless(command, state.taken)
            if len(state.taken) < MOST:
                for following in self._openings(state, command, DEEP):
                    names = frozenset(each.remedy.name for each in following.taken)
                    if names not in seen:
                        seen.add(names)
                        waiting.append(following)
        return None

    def _openings(self, state: State, command: Command, deep: int) -> Iterator[State]:
        """Where each remedy leads that helps; for one that is itself refused, what would help it."""
        for broken in self._left(state.care, command, state.now):
            for remedy in REMEDIES.get(broken.name, ()):
                if remedy.name in {each.remedy.name for each in state.taken}:
                    continue
                context = msgspec.structs.replace(self.context, now=state.now, occurred_at=state.now)
                refused: Command | None = None
                for way in remedy.ways(state.care.memory, context):
                    after, refused = self._take(state.care, way)
                    at = max(state.now, way[-1].at)
                    if refused is None and broken.name not in {e.name for e in self._left(after, command, at)}:
                        yield State(after, at, (*state.taken, Taken(broken, remedy, way, state.now)))
                        break
                if refused is not None and deep:
                    yield from self._openings(state, refused, deep - 1)

    def _take(self, care: ClientCare, way: Way) -> tuple[ClientCare, Command | None]:
        """The care after every request of *way*, or the first request that is refused."""
        for ask in way:
            tried = self.tried(care, ask)
            if tried.broken:
                return care, ask.command
            care = tried.care
        return care, None

    def _without_the_needless(self, command: Command, taken: tuple[Taken, ...]) -> tuple[Taken, ...]:
        for each in taken:
            others = tuple(other for other in taken if other is not each)
            care, now = self._after(others)
            if not self._left(care, command, now):
                return self._without_the_needless(command, others)
        return taken

    def _after(self, taken: Sequence[Taken]) -> tuple[ClientCare, datetime]:
        """The care after these, one behind the other, and when that is; what is refused of them changes nothing."""
        care, now = self.care, self.context.now
        for each in taken:
            way = each.from_(now, self.context)
            for ask in way:
                tried = self.tried(care, ask)
                care = care if tried.broken else tried.care
            now = max(now, way[-1].at)
        return care, now

    def _told(self, command: Command, taken: tuple[Taken, ...]) -> Iterator[Missing]:
        """What is missing, then what only another request would change."""
        for each in taken:
            yield Missing(each.rule.rule, each.remedy.what, self._supplier(each), each.way, self._until(each.remedy))
        care, now = self._after(taken)
        for broken in self._counting(self.tried(care, Ask(command, now)).broken):
            yield from (Missing(broken.rule, unlock.what, unlock.supplier) for unlock in broken.unlock)

    def _supplier(self, each: Taken) -> str:
        if each.remedy.name == "release" and self.care.memory.referral_source:
            return f"the referral source, {self.care.memory.referral_source}"
        if each.remedy.name == "clearance":
            return f"the referral source or another {' or '.join(self.context.house.accepted_issuers)}"
        return each.remedy.supplier

    def _until(self, remedy: Remedy) -> tuple[Until, ...]:
        """Open deadlines under which it is owed; in a pause, also the day on which the pause has lasted too long."""
        care = self.care.memory
        owed = [Until(each.due_at, each.what, each.id) for each in care.deadlines.values()
                if each.rule in remedy.deadlines]
        if care.paused_at is not None and remedy.name in ("release", "usual pain", "resuming"):
            days = int(self.context.pack.number("EXA-03.lasting_days"))
            owed.append(Until(self.context.house.days_later(care.paused_at, days), TOO_LONG))
        return tuple(sorted(owed, key=lambda each: each.at))

    def _ends(self, command: Command) -> Until | None:
        """The first expiry from which on the same request would be refused."""
        for each in sorted(expiries(self.care.memory, self.context), key=lambda each: each.at):
            if each.at > self.context.now and self._left(self.care, command, each.at):
                return each
        return None


def _dated(ask: Ask, context: CareContext) -> Ask:
    """A clearance is dated on the day on which it comes."""
    if not isinstance(ask.command, RecordClearance):
        return ask
    return Ask(msgspec.structs.replace(ask.command, dated=context.house.today(ask.at)), ask.at)
