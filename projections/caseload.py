"""Who stands where, since when. Read from the clear part of facts alone: no key is needed, no name is shown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from aggregates.kernel.messages import Meta


class CaseloadRow(NamedTuple):
    """One client: a pseudonymous id, the phase, since when it was so (UTC), and the newest version."""

    practice: str
    client: str
    phase: str
    since: datetime
    version: int
    erased: bool


class Clear(NamedTuple):
    """What the clear part of a stored fact says."""

    practice: str
    stream: str
    version: int
    name: str
    recorded_at: datetime
    meta: Meta


def caseload(facts: Iterable[Clear]) -> list[CaseloadRow]:
    """Fold facts in order of position into one row for each client."""
    rows: dict[tuple[str, str], CaseloadRow] = {}
    for fact in facts:
        kind, _, client = fact.stream.partition(":")
        if kind != "care":
            continue
        key = fact.practice, client
        known = rows.get(key)
        phase = fact.meta.phase or (known.phase if known else "screening")
        ends = fact.name == "care.client_erased"
        moved = known is None or known.phase != phase or (ends and not known.erased)
        since = known.since if known and not moved else fact.meta.occurred_at or fact.recorded_at
        erased = ends or (known is not None and known.erased)
        rows[key] = CaseloadRow(fact.practice, client, phase, since, fact.version, erased)
    return sorted(rows.values())
