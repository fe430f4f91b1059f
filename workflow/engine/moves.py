"""Which fact led to another phase: every fact of one command carries the phase that the command led to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from aggregates.client_care import facts as f
from aggregates.kernel.messages import Meta
from workflow.log.row import Row

TURNING = tuple(kind.TOPIC for kind in (
    f.ReferredBack, f.ExacerbationOpened, f.ClearanceGranted, f.TrainingResumed, f.ClearanceLapsed,
    f.MovedToMaintenance, f.ClientDischarged, f.ClientReadmitted))
DECIDED = f.DecisionMade.TOPIC
Told = tuple[Row, Meta]


def moved_from(care: Sequence[Told]) -> dict[int, str]:
    """The former phase by the position of the fact that led away from it; "" before the first phase."""
    return dict(_moves(care))


def _moves(care: Sequence[Told]) -> Iterator[tuple[int, str]]:
    before = ""
    for (_, phase), group in groupby(care, key=lambda each: (each[0].command_id, each[1].phase)):
        if phase is not None and phase != before:
            yield _cause([row for row, _ in group]).position, before
            before = phase


def _cause(rows: list[Row]) -> Row:
    """The fact that turned the care of one command: what was decided outweighs what was only recorded."""
    for name in (*TURNING, DECIDED):
        for row in rows:
            if row.name == name:
                return row
    return rows[0]
