"""The decisions a protocol can come to, and which of several counts."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Decision(StrEnum):
    """What a row of the protocol decides; written highest first, and the highest wins."""

    EMERGENCY = "EMERGENCY"
    REFER_SAME_DAY = "REFER_SAME_DAY"
    PAUSE = "PAUSE"
    REQUIRE_CLEARANCE = "REQUIRE_CLEARANCE"
    STOP_SESSION = "STOP_SESSION"
    HOLD_SESSION = "HOLD_SESSION"
    MODIFY = "MODIFY"
    NOTE = "NOTE"
    PROCEED = "PROCEED"

    @property
    def rank(self) -> int:
        """The place in the order of weight: 0 is the highest."""
        return RANK[self]

    def outranks(self, other: Decision) -> bool:
        """Whether this decision is higher than *other*; `<` would compare the letters."""
        return RANK[self] < RANK[other]


ACT_NOW = (Decision.EMERGENCY, Decision.REFER_SAME_DAY)
"""Decisions on which somebody is called today; what lesser rows ask for waits."""

RANK = {decision: rank for rank, decision in enumerate(Decision)}


def highest(decisions: Iterable[Decision]) -> Decision:
    """The highest of *decisions*; PROCEED when there is none."""
    return min(decisions, key=RANK.__getitem__, default=Decision.PROCEED)
