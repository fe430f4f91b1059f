"""Which tables of a protocol pack answer which question. Both are stored in receipts, so neither word ever changes."""

from __future__ import annotations

from functools import lru_cache

from aggregates.kernel.errors import InvalidInput
from aggregates.protocol.evaluate import AFTER_A_SESSION
from aggregates.protocol.model import Pack

MAY_TRAINING_BEGIN = "May training begin?"
MAY_THIS_SESSION_BEGIN = "May this session begin?"
WHAT_FOLLOWS_FROM_THIS_SESSION = AFTER_A_SESSION
IS_THE_CLIENT_BACK_TO_USUAL = "Is the client back to usual on the morning after?"
WHAT_FOLLOWS_FROM_THIS_RESPONSE = "What follows from this adverse response?"
WHAT_FOLLOWS_FROM_THESE_FLAGS = "What follows from these red flags?"
DOES_THE_CLEARANCE_HOLD = "Does the clearance still hold?"
MAY_TRAINING_GO_ON = "May training go on?"

TABLES: dict[str, tuple[str, ...]] = {
    MAY_TRAINING_BEGIN: ("screening", "red_flags"),
    MAY_THIS_SESSION_BEGIN: ("readiness", "vitals", "red_flags", "pain"),
    WHAT_FOLLOWS_FROM_THIS_SESSION: ("session", "vitals", "red_flags", "stop", "pain", "adverse"),
    IS_THE_CLIENT_BACK_TO_USUAL: ("next_morning", "morning_record"),
    WHAT_FOLLOWS_FROM_THIS_RESPONSE: ("adverse",),
    WHAT_FOLLOWS_FROM_THESE_FLAGS: ("red_flags",),
    DOES_THE_CLEARANCE_HOLD: ("health",),
    MAY_TRAINING_GO_ON: ("exacerbation",),
}
LATER = ("session", "morning_record", "readiness")
"""Tables that the earlier packs did not have; a client who is pinned to one is decided on without them."""


@lru_cache(maxsize=256)
def tables_for(pack: Pack, question: str) -> tuple[str, ...]:
    """The tables of *pack* that answer *question*; raises `InvalidInput` for a question that is never asked."""
    if question not in TABLES:
        raise InvalidInput("question: is none that this version asks")
    held = {row.table for row in pack.rows}
    return tuple(each for each in TABLES[question] if each not in LATER or each in held)
