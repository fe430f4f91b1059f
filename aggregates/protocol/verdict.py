"""What goes into a decision of the protocol and what comes out: a receipt that can be run again."""

from __future__ import annotations

from typing import Literal

from aggregates.kernel.messages import Value
from aggregates.protocol.decisions import Decision

Source = Literal["client_said", "referrer_wrote", "coach_measured", "coach_observed", "record", "derived"]
"""Where an input came from."""

Answer = str | int | float | bool


class Given(Value, frozen=True):
    """An answer or a reading, where it came from, and its unit if it isn't the unit of its input.

    `named` says what stands behind a count or a yes: which questions are open, which limit was passed.
    """

    value: Answer
    source: Source
    unit: str | None = None
    named: tuple[str, ...] = ()


class Input(Value, frozen=True, kw_only=True):
    """One input that was looked at, as it was given. `named`: what stands behind a count or a yes."""

    name: str
    value: Answer
    unit: str | None
    source: Source
    named: tuple[str, ...] = ()


class Matched(Value, frozen=True, kw_only=True):
    """One row whose condition held, and what it asks for."""

    rule: str
    case: str
    decision: Decision
    does: str


class Verdict(Value, frozen=True, kw_only=True):
    """The receipt of one decision: what was asked, on which inputs, under which pack, and what came of it.

    `matched` is in order of weight. `unknown` names the inputs that could still raise the outcome.
    """

    question: str
    outcome: Decision
    matched: tuple[Matched, ...]
    inputs: tuple[Input, ...]
    unknown: tuple[str, ...]
    pack: str
    client: str
    clinician: str

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rows that matched, each once, the weightiest first."""
        return tuple(dict.fromkeys(each.rule for each in self.matched))

    def fired(self, rule_id: str, decision: Decision | None = None) -> bool:
        """Whether a row called *rule_id* matched, with *decision* if one is named."""
        return any(each.rule == rule_id and decision in (None, each.decision) for each in self.matched)
