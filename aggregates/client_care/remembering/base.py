"""The register of kinds of facts, and the newest danger. Remembering never fails, never asks, and reads no clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aggregates.client_care import facts as f
from aggregates.client_care.deadlines import REMEMBER_DEADLINE
from aggregates.client_care.memory import CareMemory

Remember = Callable[[CareMemory, Any], None]
REMEMBER: dict[type[f.CareFact], Remember] = {**REMEMBER_DEADLINE}


def on(kind: type[f.CareFact]) -> Callable[[Remember], Remember]:
    """Register how a kind of fact is remembered."""

    def register(remember: Remember) -> Remember:
        REMEMBER[kind] = remember
        return remember

    return register


def danger(care: CareMemory, at: datetime, *, decided_before: bool = False) -> None:
    """Something that only a clearance given since answers: no paper that is on record already, and none from before.

    A decision that a correction leaves as high as it was asks nobody to answer a second time. Where a clearance is
    asked for always, nothing more has to be kept: nobody trains without one that is in force.
    """
    care.danger_at = max(at, care.danger_at or at)
    care.spent_papers = care.papers
    since_the_release = care.released_at is None or at > care.released_at
    if care.clearance_policy != "always" and since_the_release and not decided_before:
        care.unanswered_since = min(at, care.unanswered_since or at)
