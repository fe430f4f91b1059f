"""What a rule's code stands for: one sentence for each, from the rules themselves and from the protocol pack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, TypeVar

from aggregates.client_care.pathway import PATHWAY, WAITS
from aggregates.kernel.rules import Rule
from aggregates.letter.letter import LETTER_PATHWAY
from aggregates.practice.rules import RULES as PRACTICE_RULES
from aggregates.protocol.model import Pack
from projections.deadline_names import deadline_names
from projections.words import plain

K = TypeVar("K", str, tuple[str, str])

OWN = {
    "ACC-01": "a role asks only for what the role table allows it.",
    "ACC-02": "a client asks only about their own care.",
    "CLR-05": "before a clearance ends the practice is warned, 30 and 7 days ahead, so that it can ask for a new one.",
    "CLR-09": "a clearance that is declined or withdrawn means no sessions, and the client goes back to the referral "
              "source.",
    "DSC-02": "care ends, or goes over to maintenance, when re-tests no longer show a gain.",
    "DSC-03": "care ends when the client can't be reached any more.",
    "DSC-04": "who comes back after discharge is screened anew.",
    "DSC-05": "care ends for a reason that the practice writes down.",
    "DSC-06": "the client may leave at any time by their own wish.",
    "PRG-03": "a change that raises nothing needs no proof of progress.",
    "PRV-02": "every letter that leaves is noted in the client's care.",
    "PRV-05": "erasure destroys the client's own key: the log still verifies, and only the skeleton is left.",
    "SRC-01": "where two sources disagree both stay on record, and a named person says which one stands.",
}


def codes(pack: Pack | None) -> dict[str, str]:
    """A sentence for every code that this version and *pack* use."""
    found: dict[str, list[str]] = {}
    for code, sentence in (*_rules(), *OWN.items(), *(_of_pack(pack) if pack is not None else ())):
        told = found.setdefault(code, [])
        told += [sentence] if sentence not in told else []
    for code, sentences in _by(_numbers(pack) if pack is not None else ()).items():
        found.setdefault(code, sentences)
    return {code: " ".join(map(_begun, sentences)) for code, sentences in sorted(found.items())}


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _rules() -> Iterator[tuple[str, str]]:
    of_moves = (rule for table in (PATHWAY, LETTER_PATHWAY) for move in table.moves for rule in move.given)
    waits = (rule for each in WAITS.values() for rule in (each.stands, *each.until))
    begins = (table.begins.came for table in (PATHWAY, LETTER_PATHWAY) if table.begins is not None)
    practice = (rule for rules in PRACTICE_RULES.values() for rule in rules)
    yield from ((each.id, each.sentence) for each in chain[Rule[Any, Any]](of_moves, waits, begins, practice))
    yield "LET-01", "a letter takes one step after the other."


def _of_pack(pack: Pack) -> Iterator[tuple[str, str]]:
    yield from _grouped(((row.id, f"Then {row.decision.value}: {row.does}."), row.asks) for row in pack.rows)
    due = ((key.partition("/")[0], name) for key, name in deadline_names(pack).items())
    for code, names in _by(due).items():
        yield code, f"what is due: {'; '.join(names)}."
    for template in pack.templates:
        yield template.id, f"{template.says}: {template.sets} x {template.reps}, {template.exercises} exercises."


def _grouped(rows: Iterable[tuple[tuple[str, str], str]]) -> Iterator[tuple[str, str]]:
    """Rows that ask for the same are told together: all their questions, then what follows."""
    for (code, then), asks in _by(rows).items():
        yield code, f"{' '.join(asks)} {then}"


def _by(pairs: Iterable[tuple[K, str]]) -> dict[K, list[str]]:
    found: dict[K, list[str]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _numbers(pack: Pack) -> Iterator[tuple[str, str]]:
    """Numbers that a code says nothing about but its numbers: what they say, with the value."""
    for number in pack.numbers:
        yield number.id.partition(".")[0], f"{number.says} ({plain(number.value)} {number.unit})"


def legend(named: Iterable[str], known: dict[str, str]) -> list[tuple[str, str]]:
    """Code and sentence of every rule that was *named*, in the order of the alphabet."""
    return [(code, known[code]) for code in sorted(set(named)) if code in known]
