"""Evaluation: the rows of some tables held against what is known, all of them, highest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from aggregates.kernel.errors import InvalidInput
from aggregates.kernel.messages import Plain
from aggregates.protocol.conditions import Judge, inputs_of, judge
from aggregates.protocol.decisions import Decision
from aggregates.protocol.entries import Declared, Held, Row
from aggregates.protocol.model import Pack
from aggregates.protocol.units import convert, is_number
from aggregates.protocol.verdict import Answer, Given, Input, Matched, Verdict

AFTER_A_SESSION = "What follows from this session?"
"""The question about a session that took place; rows answer it in the words that they have for that."""

NOTHING_STANDS_IN_THE_WAY = "Nothing here stands in the way."
NOTHING_SO_FAR = "Nothing so far stands in the way; some answers are still open."
NO_ROW_APPLIES = "No row of the protocol applies to what was recorded."


class Step(NamedTuple):
    """One row made ready: its judge, what it would add to a verdict, and in which words."""

    judge: Judge
    rank: int
    match: Matched
    says: Row | Held


class Plan(NamedTuple):
    """The rows of some tables in order of weight, and the inputs that they read in order of name."""

    steps: tuple[Step, ...]
    reads: tuple[Declared, ...]


def evaluate(pack: Pack, question: str, tables: Sequence[str], given: Mapping[str, Given]) -> Verdict:
    """Hold every row of *tables* against *given*: all rows that match, the highest decision, what is unknown.

    An input that isn't given is unknown, and never a "no". *given* may hold more than these tables read.
    Raises `InvalidInput` for a table or a unit that isn't known and for a value of another kind.
    """
    plan = _plan(pack, tuple(tables), question == AFTER_A_SESSION)
    values, inputs = _read(plan.reads, given)
    matched: list[Step] = []
    undecided: list[tuple[int, tuple[str, ...]]] = []
    for step in plan.steps:
        truth = step.judge(values)
        if truth is True:
            matched.append(step)
        elif truth is not False and not matched:
            undecided.append((step.rank, truth))
    outcome = matched[0].match.decision if matched else Decision.PROCEED
    unknown = {name for rank, names in undecided if rank < outcome.rank for name in names}
    client, clinician = _sentences(outcome, matched, bool(unknown))
    return Verdict(question=question, outcome=outcome, matched=tuple([step.match for step in matched]),
                   inputs=inputs, unknown=tuple(sorted(unknown)), pack=pack.hash,
                   client=client, clinician=clinician)


@lru_cache(maxsize=256)
def _plan(pack: Pack, tables: tuple[str, ...], took_place: bool) -> Plan:
    rows = sorted((row for table in dict.fromkeys(tables) for row in pack.rows_of(table)),
                  key=lambda row: (row.decision.rank, row.id, row.case))
    read = frozenset(name for row in rows for name in inputs_of(row.when))
    declared = sorted((each for each in pack.inputs if each.name in read), key=lambda each: each.name)
    return Plan(tuple(_step(row, took_place) for row in rows), tuple(declared))


def _step(row: Row, took_place: bool) -> Step:
    says = row.held if took_place and row.held is not None else row
    match = Matched(rule=row.id, case=row.case, decision=row.decision, does=says.does)
    return Step(judge(row.when), row.decision.rank, match, says)


def _read(reads: tuple[Declared, ...], given: Mapping[str, Given]
          ) -> tuple[dict[str, Plain], tuple[Input, ...]]:
    values: dict[str, Plain] = {}
    inputs: list[Input] = []
    for declared in reads:
        answer = given.get(declared.name)
        if answer is not None:
            values[declared.name] = _value(declared, answer)
            inputs.append(Input(name=declared.name, value=answer.value, unit=answer.unit or declared.unit,
                                source=answer.source, named=answer.named))
    return values, tuple(inputs)


def _value(declared: Declared, given: Given) -> Answer:
    """The value in the unit of its input; never quoted in an error, because it is health information."""
    value, name, kind = given.value, declared.name, declared.kind
    if kind == "number" and is_number(value):
        return value if given.unit is None else _converted(value, given.unit, declared)
    if given.unit is not None:
        raise InvalidInput(f"The input {name} has no unit.")
    if kind == "boolean" and isinstance(value, bool):
        return value
    if kind == "text" and isinstance(value, str) and value in declared.options:
        return value
    wanted = {"boolean": "yes or no", "number": "a number", "text": f"one of {', '.join(declared.options)}"}
    raise InvalidInput(f"The input {name} must be {wanted[kind]}.")


def _converted(value: float, unit: str, declared: Declared) -> float:
    try:
        return convert(value, unit, declared.unit)
    except InvalidInput as error:
        raise InvalidInput(f"The input {declared.name} can't be read: {error}.") from error


def _sentences(outcome: Decision, matched: list[Step], open_answers: bool) -> tuple[str, str]:
    """The words of the rows that decided, each sentence once; plain words where no row matched."""
    if not matched:
        return NOTHING_SO_FAR if open_answers else NOTHING_STANDS_IN_THE_WAY, NO_ROW_APPLIES
    deciding = [step.says for step in matched if step.match.decision is outcome]
    if len(deciding) == 1:
        return deciding[0].client, deciding[0].clinician
    return (" ".join(dict.fromkeys(each.client for each in deciding)),
            " ".join(dict.fromkeys(each.clinician for each in deciding)))
