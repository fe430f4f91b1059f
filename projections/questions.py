"""The screening questions of a protocol pack: wording, which answer counts against, and what it decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from aggregates.client_care.contents import Answer, Screening
from aggregates.client_care.judging.flags import COUNTED_FLAGS, FLAGS
from aggregates.client_care.judging.screening import QUESTIONS
from aggregates.protocol.conditions import Cell, cells_of, inputs_of
from aggregates.protocol.entries import Declared, Row
from aggregates.protocol.model import Pack
from projections.words import plain

TABLES = ("screening", "red_flags")
COUNTED_INPUTS = tuple(f"{each}.features" for each in COUNTED_FLAGS)
ENTERED = {"SCR-06.medicines": "medicines", "days_since_onset": "onset", "stage": "stage",
           "SCR-02.now": 'answers.SCR-02 = {"answer": "yes", "now": true}'}


class Consequence(NamedTuple):
    """Which answer counts, what it decides, and by which rule; `when` asks for more than this answer alone."""

    answer: str
    decision: str
    does: str
    rule: str
    when: str


class Question(NamedTuple):
    """One question: its id, our own wording, how its answer is entered, and what follows from which answer."""

    id: str
    asks: str
    entered_as: str
    consequences: tuple[Consequence, ...]

    @property
    def counts_against(self) -> str:
        """The answer that counts against the client."""
        return " or ".join(dict.fromkeys(each.answer for each in self.consequences))


def questions(pack: Pack) -> list[Question]:
    """Every question that a person answers at screening, in the order of the pack."""
    asked = (*QUESTIONS, *FLAGS, *COUNTED_INPUTS, *ENTERED)
    return [_question(each, pack) for each in pack.inputs if each.name in asked]


def _question(declared: Declared, pack: Pack) -> Question:
    rows = [(row, cell) for table in TABLES for row in pack.rows_of(table) for cell in cells_of(row.when)
            if cell.input == declared.name and cell.operator != "unknown"]
    rows = [(row, cell) for row, cell in rows if not _is_the_other_half(row, cell)]
    found = tuple(dict.fromkeys(Consequence(counting(cell, declared), row.decision.value, row.does, row.id,
                                            row.asks if len(inputs_of(row.when)) > 1 else "")
                                for row, cell in rows))
    return Question(declared.name, declared.asks, _entered(declared.name), found)


def _is_the_other_half(row: Row, cell: Cell) -> bool:
    """Whether the cell only bounds a count from above whose lower bound is the answer that counts."""
    others = [each for each in cells_of(row.when) if each.input == cell.input]
    return len(others) > 1 and cell.operator in ("below", "at_most") and cell is not others[0]


def _entered(name: str) -> str:
    if name in ENTERED:
        return ENTERED[name]
    if name in QUESTIONS:
        return f"answers.{name}"
    return f"red_flags (id {name.partition('.')[0]}{', with its features' if '.' in name else ''})"


def counting(cell: Cell, declared: Declared) -> str:
    """The answer that a cell waits for, in words."""
    if isinstance(cell.value, bool):
        return plain(cell.value if cell.operator == "is" else not cell.value)
    values = cell.value if isinstance(cell.value, tuple) else (cell.value,)
    shown = " or ".join(map(plain, values))
    unit = f" {declared.unit}" if declared.unit else ""
    words = {"above": "more than ", "at_least": "at least ", "below": "fewer than ", "at_most": "at most "}
    return f"{words.get(cell.operator, '')}{shown}{unit}"


def still_open(screening: Screening | None, *, has_onset: bool, diabetes_known: bool,
               heart_failure_known: bool = False) -> list[str]:
    """What this screening leaves unanswered, as ids; everything while there is none. It is what SCR-00 counts."""
    if screening is None:
        return [*QUESTIONS, "medicines", "red_flags"] + ([] if has_onset else ["onset"])
    known = {"SCR-04": diabetes_known, "SCR-01": heart_failure_known}
    return list(_open(screening, has_onset=has_onset, known=known))


def _open(screening: Screening, *, has_onset: bool, known: Mapping[str, bool]) -> Iterator[str]:
    yield from (each for each in QUESTIONS if _said(screening, each) not in ("yes", "no"))
    if screening.medicines is None:
        yield "medicines"
    if screening.red_flags is None:
        yield "red_flags"
    if screening.onset is None and not has_onset:
        yield "onset"
    named = screening.conditions is not None
    if not named and any(_said(screening, each) == "yes" and not known[each] for each in known):
        yield "conditions"


def _said(screening: Screening, question: str) -> str | None:
    answer = screening.answers.get(question)
    return answer.answer if isinstance(answer, Answer) else answer
