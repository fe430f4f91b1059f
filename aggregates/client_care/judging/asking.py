"""Asking the protocol, and putting an answer among its inputs."""

from __future__ import annotations

from aggregates.client_care.context import CareContext
from aggregates.client_care.judging.tables import tables_for
from aggregates.protocol.evaluate import evaluate
from aggregates.protocol.verdict import Given, Source, Verdict

Inputs = dict[str, Given]


def ask(context: CareContext, question: str, given: Inputs) -> Verdict:
    """What the client's pack says to what is given."""
    return evaluate(context.pack, question, tables_for(context.pack, question), given)


def put(given: Inputs, name: str, value: float | bool | str | None, source: Source) -> None:
    """Put an answer among the inputs; one that was not given stays out."""
    if value is not None:
        given[name] = Given(value, source)
