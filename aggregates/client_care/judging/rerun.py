"""Deciding again from a receipt alone: its stored inputs and the pack of its hash."""

from __future__ import annotations

from collections.abc import Iterator

from aggregates.client_care.judging.tables import tables_for
from aggregates.protocol.evaluate import evaluate
from aggregates.protocol.model import Pack
from aggregates.protocol.verdict import Given, Input, Matched, Verdict


def rerun(receipt: Verdict, pack: Pack) -> Verdict:
    """The decision that *pack* comes to on the inputs of *receipt*; nothing else is looked at.

    Raises `InvalidInput` where the question or an input is none that the pack can take.
    """
    given = {each.name: _given(each) for each in receipt.inputs}
    return evaluate(pack, receipt.question, tables_for(pack, receipt.question), given)


def _given(stored: Input) -> Given:
    return Given(*(getattr(stored, name) for name in Given.__struct_fields__))


def differences(receipt: Verdict, again: Verdict) -> tuple[str, ...]:
    """In what a receipt differs from the decision made again, in words; empty when they are the same."""
    return tuple(difference for name in Verdict.__struct_fields__
                 if getattr(receipt, name) != getattr(again, name)
                 for difference in _told(name, receipt, again))


def _told(name: str, receipt: Verdict, again: Verdict) -> Iterator[str]:
    match name:
        case "outcome":
            yield f"the receipt says {receipt.outcome.value}, and its inputs lead to {again.outcome.value}"
        case "matched":
            yield from _rows(receipt.matched, again.matched)
        case "inputs":
            yield from _inputs(receipt.inputs, again.inputs)
        case "unknown":
            yield (f"the receipt calls unknown: {_listed(receipt.unknown)}; what was unknown is: "
                   f"{_listed(again.unknown)}")
        case "pack":
            yield "the receipt names another pack than the one that it was held against"
        case _:
            yield f"the receipt's {_called(name)} is not the one that its rows say"


def _rows(stored: tuple[Matched, ...], again: tuple[Matched, ...]) -> Iterator[str]:
    if set(stored) == set(again):
        yield "the rows stand in another order or number"
    yield from (f"the receipt names {_row(each)}, which does not follow from its inputs" for each in stored
                if each not in again)
    yield from (f"the receipt does not name {_row(each)}, which follows from its inputs" for each in again
                if each not in stored)


def _inputs(stored: tuple[Input, ...], again: tuple[Input, ...]) -> Iterator[str]:
    read = {each.name for each in again}
    extra = [each.name for each in stored if each.name not in read]
    yield f"no row reads these inputs of the receipt: {', '.join(extra)}" if extra else (
        "the inputs stand there in another order, unit or number")


def _row(each: Matched) -> str:
    return f"the row {each.rule}{f' ({each.case})' if each.case else ''} with {each.decision.value}"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "nothing"


def _called(name: str) -> str:
    return {"client": "sentence for the client", "clinician": "sentence for the clinician"}.get(name, name)
