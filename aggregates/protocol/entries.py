"""The entries of a protocol pack: inputs, rows, numbers, deadlines, measures, templates and words."""

from __future__ import annotations

from typing import Literal

from aggregates.kernel.messages import Value
from aggregates.protocol.conditions import Condition
from aggregates.protocol.decisions import Decision

Kind = Literal["boolean", "number", "text"]
Level = Literal["block", "warn"]


class Declared(Value, frozen=True, kw_only=True):
    """An input that rows may read: its kind, its unit if it is measured, its options if it is text."""

    name: str
    kind: Kind
    asks: str
    unit: str | None = None
    options: tuple[str, ...] = ()


class Held(Value, frozen=True, kw_only=True):
    """What a row asks for and says when it is read after a session that took place."""

    does: str
    client: str
    clinician: str


class Row(Value, frozen=True, kw_only=True):
    """One row of the protocol: when the condition holds, this is decided, for this reason, in these words.

    `held` replaces them after a session that took place, where "the session does not begin" would not be true.
    """

    id: str
    table: str
    asks: str
    when: Condition
    decision: Decision
    does: str
    basis: str
    client: str
    clinician: str
    case: str = ""
    source: tuple[str, ...] = ()
    held: Held | None = None


class Number(Value, frozen=True, kw_only=True):
    """A number that the rules of an aggregate need, with its unit and where it comes from."""

    id: str
    value: int | float
    unit: str
    basis: str
    says: str
    source: tuple[str, ...] = ()


class Deadline(Value, frozen=True, kw_only=True):
    """What falls due how long after its beginning, and whose it is; exactly one length of time is given."""

    id: str
    what: str
    owner: str
    starts: str
    basis: str
    case: str = ""
    source: tuple[str, ...] = ()
    hours: int | None = None
    days: int | None = None
    working_days: int | None = None
    end_of_day: bool = False


class Measure(Value, frozen=True, kw_only=True):
    """An outcome measure: its range, which end is better, and the change that counts.

    Where a measure needs a larger change from a high baseline, `changed_from_high` replaces `changed`
    for baselines above `high_baseline`. A measure without `changed` is reported without a label.
    """

    id: str
    low: float
    better: Literal["low", "high"]
    unit: str
    mdc: str
    mcid: str
    source: tuple[str, ...]
    high: float | None = None
    changed: float | None = None
    high_baseline: float | None = None
    changed_from_high: float | None = None


class Template(Value, frozen=True, kw_only=True):
    """A dose to begin a program with."""

    id: str
    says: str
    exercises: int
    sets: int
    reps: int
    minutes: tuple[int, int]
    per_week: int
    weeks: int
    basis: str
    source: tuple[str, ...]
    default: bool = False
    rest_seconds: tuple[int, int] | None = None
    global_minutes: tuple[int, ...] = ()


class Word(Value, frozen=True, kw_only=True):
    """Words that a document of the training profile does not use, and what to write instead.

    `exact` words are found in this case only. Nothing is found after the text `introduced_by`.
    """

    words: tuple[str, ...]
    preferred: str
    level: Level
    basis: str
    source: tuple[str, ...] = ()
    exact: bool = False
    introduced_by: str = ""


def named(entry: Row | Deadline) -> str:
    """The id of *entry*, with its case where it has one."""
    return f"{entry.id} ({entry.case})" if entry.case else entry.id
