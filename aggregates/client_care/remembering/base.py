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


def danger(care: CareMemory, at: datetime) -> None:
    """Something that only a clearance given since answers: no paper that is on record already, and none from before."""
    care.danger_at = max(at, care.danger_at or at)
    care.spent_papers = care.papers
