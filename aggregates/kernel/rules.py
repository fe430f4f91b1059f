"""A rule is a named predicate that is true when all is well; its docstring opens with the rule's id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from aggregates.kernel.messages import Plain, Value

M = TypeVar("M", contravariant=True)
C = TypeVar("C", contravariant=True)


class Unlock(Value, frozen=True, kw_only=True):
    """One thing that would have to be so, and who can supply it."""

    what: str
    supplier: str


class BrokenRule(Value, frozen=True, kw_only=True):
    """A rule that did not hold: its id and sentence, the values it saw, and what would unlock it."""

    rule: str
    name: str
    sentence: str
    seen: dict[str, Plain]
    unlock: tuple[Unlock, ...]


class Finding(NamedTuple):
    """Whether a rule holds, the values it saw, and what else than its standing unlock would help."""

    holds: bool
    seen: dict[str, Plain]
    unlock: tuple[Unlock, ...] = ()


def finding(holds: bool, /, *, unlock: tuple[Unlock, ...] = (), **seen: Plain) -> Finding:
    """State whether a rule holds on the values it saw."""
    return Finding(holds, seen, unlock)


Check = Callable[[M, C, Any], Finding]


class Rule(Generic[M, C]):
    """A check with its id, its sentence, and what would unlock it when it does not hold."""

    def __init__(self, check: Check[M, C], unlock: str, supplier: str) -> None:
        doc = (check.__doc__ or "").strip()
        self.id, _, sentence = doc.partition(": ")
        self.sentence = " ".join(sentence.split())
        self.__name__ = check.__name__
        self.__doc__ = check.__doc__
        self._check, self._unlock = check, Unlock(what=unlock, supplier=supplier)

    def __call__(self, memory: M, command: C, context: Any) -> Finding:
        return self._check(memory, command, context)

    def broken(self, found: Finding) -> BrokenRule:
        """Describe the rule as broken, with everything that was seen."""
        return BrokenRule(
            rule=self.id, name=self.__name__, sentence=self.sentence, seen=found.seen,
            unlock=found.unlock or (self._unlock,),
        )


def rule(*, unlock: str, supplier: str) -> Callable[[Check[M, C]], Rule[M, C]]:
    """Make a named rule of a predicate whose docstring reads `ID: sentence.`"""

    def decorate(check: Check[M, C]) -> Rule[M, C]:
        return Rule(check, unlock, supplier)

    return decorate


def broken_among(rules: tuple[Rule[Any, Any], ...], memory: Any, command: Any, context: Any
                 ) -> tuple[BrokenRule, ...]:
    """Every one of *rules* that does not hold, in order."""
    found = ((each, each(memory, command, context)) for each in rules)
    return tuple(each.broken(what) for each, what in found if not what.holds)
