"""A pathway: which command moves a client from where to where, on which outcome, under which rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import Enum
from typing import Any, Generic, TypeVar

from transitions import Machine

from aggregates.kernel.messages import Command
from aggregates.kernel.rules import BrokenRule, Rule, broken_among

P = TypeVar("P", bound=Enum)
C = TypeVar("C", bound=Command)
M = TypeVar("M")

ANY, MANY = "ANY_OPEN_PHASE", 4  # in the diagram, so many like arrows are drawn as one


class OnOutcome:
    """The branch of a move: it is taken when the protocol's decision is one of these."""

    def __init__(self, outcomes: Collection[str]) -> None:
        self.outcomes = frozenset(outcomes)
        self.__name__ = " or ".join(outcomes)

    def __call__(self) -> bool:  # transitions wants conditions to be callable; the branch is chosen in admit()
        return True


class Move(Generic[P, M]):
    """On *command*, from *source* to *dest*, if the outcome is among *when* and every rule in *given* holds."""

    # C sits on __init__ and not on the class: a list of moves would make it Any, and a rule written
    # for another command would pass the type checker.
    def __init__(self, command: type[C], source: P | Sequence[P], dest: P, *,
                 given: Sequence[Rule[M, C]] = (), when: Collection[str] = ()) -> None:
        self.command, self.dest = command, dest
        self.sources: list[P] = [source] if isinstance(source, Enum) else list(source)
        self.given: tuple[Rule[Any, Any], ...] = tuple(given)
        self.branch = OnOutcome(when) if when else None

    def transition(self) -> dict[str, Any]:
        """The move in the words of the `transitions` package."""
        conditions = [self.branch, *self.given] if self.branch else list(self.given)
        return {"trigger": self.command.__name__, "source": self.sources, "dest": self.dest,
                "conditions": conditions}


class Waiting(Generic[M]):
    """What a phase waits for: the rule that stands in the way, and the rules that would lead out."""

    def __init__(self, stands: Rule[M, Any], *, until: Sequence[Rule[M, Any]] = ()) -> None:
        self.stands, self.until = stands, tuple(until)

    def broken(self, memory: M, command: Command, context: Any) -> BrokenRule:
        """Describe why a command that this phase does not know must wait, and what would unlock it."""
        found = self.stands(memory, command, context)
        missing = broken_among(self.until, memory, command, context)
        unlock = tuple(step for each in missing for step in each.unlock)
        return self.stands.broken(found._replace(unlock=unlock or found.unlock))


class Beginning(Generic[M]):
    """The command that everything begins with, and the rule that stands against any other one until it came."""

    def __init__(self, command: type[Command], came: Rule[M, Any]) -> None:
        self.command, self.came = command, came

    def broken(self, memory: M, command: Command, context: Any) -> tuple[BrokenRule, ...]:
        """The rule, if *command* comes too early."""
        return () if isinstance(command, self.command) else broken_among((self.came,), memory, command, context)


class Pathway(Generic[P, M]):
    """A typed, stateless face on a `transitions` machine that owns no model and is never asked on replay."""

    def __init__(self, title: str, phases: type[P], moves: Sequence[Move[P, M]],
                 waits: Mapping[P, Waiting[M]], begins: Beginning[M] | None = None) -> None:
        self._title, self._phases, self.moves, self._waits = title, phases, tuple(moves), waits
        self.begins = begins
        self._config: dict[str, Any] = {
            "states": phases, "initial": next(iter(phases)), "auto_transitions": False,
            "transitions": [move.transition() for move in moves],
        }
        machine = Machine(model=None, **self._config)
        self._table = {
            (move.command.__name__, phase): tuple(
                (self._phases[str(t.dest)], [c.func for c in t.conditions])
                for t in machine.get_transitions(move.command.__name__, source=phase))
            for move in moves for phase in move.sources
        }

    def admit(self, memory: M, phase: P, command: Command, context: Any, outcome: str | None
              ) -> P | tuple[BrokenRule, ...]:
        """Return the phase *command* leads to, or every rule that stands in its way."""
        too_early = self.begins.broken(memory, command, context) if self.begins else ()
        if too_early:
            return too_early
        for dest, conditions in self._moves_on(type(command), phase):
            branch = conditions[0] if conditions and isinstance(conditions[0], OnOutcome) else None
            if branch is not None and outcome not in branch.outcomes:
                continue
            rules: tuple[Any, ...] = tuple(conditions[1:] if branch is not None else conditions)
            return broken_among(rules, memory, command, context) or dest
        return (self._waits[phase].broken(memory, command, context),)

    def _moves_on(self, command: type[Command], phase: P) -> Sequence[tuple[P, list[Any]]]:
        return self._table.get((command.__name__, phase), ())

    def knows(self, phase: P, command: type[Command]) -> bool:
        """Whether the table has any move on *command* from *phase*."""
        return (command.__name__, phase) in self._table

    def diagram(self) -> str:
        """The moves that change the phase as a Mermaid state diagram; the ids of their rules stand in brackets.

        An arrow that leaves many phases alike is drawn once, from "any open phase".
        """
        arrows: dict[tuple[P, str], list[P]] = {}
        for (source, dest), on in self._labels().items():
            for branch, commands in on.items():
                arrows.setdefault((dest, _label(branch, commands)), []).append(source)
        lines = [f"    {phase.name}: {_said(phase.name)}" for phase in self._phases]
        lines.append(f"    {ANY}: {_said(ANY)}")
        for (dest, label), sources in arrows.items():
            names = [ANY] if len(sources) >= MANY else [source.name for source in sources]
            lines += [f"    {name} --> {dest.name}: {label}" for name in names]
        first = next(iter(self._phases)).name
        return "\n".join([f"---\ntitle: {self._title}\n---\nstateDiagram-v2", f"    [*] --> {first}", *lines])

    def _labels(self) -> dict[tuple[P, P], dict[str, list[str]]]:
        labels: dict[tuple[P, P], dict[str, list[str]]] = {}
        for move in self.moves:
            branch = move.branch.__name__ if move.branch else ""
            for source in move.sources:
                if source is not move.dest:
                    labels.setdefault((source, move.dest), {}).setdefault(branch, []).append(_arrow(move))
        return labels


def _said(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _arrow(move: Move[Any, Any]) -> str:
    rules = " & ".join(dict.fromkeys(rule.id for rule in move.given))
    return f"{move.command.__name__} [{rules}]" if rules else move.command.__name__


def _label(branch: str, arrows: list[str]) -> str:
    """One line for each outcome: many commands that lead the same way on the same outcome are one arrow."""
    if branch and len(arrows) > 2:
        return f"any report decided {branch}"
    return ", ".join(arrows) + (f" ({branch})" if branch else "")
