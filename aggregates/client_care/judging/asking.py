"""Asking the protocol, and putting an answer among its inputs."""

from __future__ import annotations

from functools import lru_cache

from aggregates.client_care.context import CareContext
from aggregates.protocol.evaluate import evaluate
from aggregates.protocol.model import Pack
from aggregates.protocol.verdict import Given, Source, Verdict

Inputs = dict[str, Given]
LATER = ("session", "morning_record", "readiness")
"""Tables that the earlier packs did not have; a client who is pinned to one is decided on without them."""


def ask(context: CareContext, question: str, tables: tuple[str, ...], given: Inputs) -> Verdict:
    """What the tables of the client's pack say to what is given."""
    return evaluate(context.pack, question, _known(context.pack, tables), given)


@lru_cache(maxsize=256)
def _known(pack: Pack, tables: tuple[str, ...]) -> tuple[str, ...]:
    held = {row.table for row in pack.rows}
    return tuple(each for each in tables if each not in LATER or each in held)


def put(given: Inputs, name: str, value: float | bool | str | None, source: Source) -> None:
    """Put an answer among the inputs; one that was not given stays out."""
    if value is not None:
        given[name] = Given(value, source)
