"""What answers say to later decisions, whether they are told for the first time or corrected."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from aggregates.client_care.contents import Morning, Readings, RedFlag, Screening
from aggregates.client_care.memory import USUAL_KEPT, CareMemory
from aggregates.client_care.memos import FormerUsual


def remember_screening(care: CareMemory, screening: Screening) -> None:
    """What a screening adds about onset, stage and conditions, and which flags it found."""
    care.onset, care.stage = screening.onset or care.onset, screening.stage or care.stage
    care.conditions = tuple(dict.fromkeys((*care.conditions, *(screening.conditions or ()))))
    care.open_flags = tuple(flag.id for flag in screening.red_flags or ())
    remember_features(care, screening.red_flags or ())


def remember_features(care: CareMemory, flags: Iterable[RedFlag]) -> None:
    """The features that were found of each flag, on whichever day, until a clearance answers them."""
    for flag in flags:
        known = care.open_features.get(flag.id, ())
        care.open_features = {**care.open_features, flag.id: tuple(dict.fromkeys((*known, *flag.features)))}


def remember_told(care: CareMemory, told: Readings, at: datetime) -> None:
    """What was told around a session and counts beyond it."""
    remember_features(care, told.red_flags or ())
    if "helped_hypo_24h" in (told.glucose_symptoms or ()):
        care.helped_hypo_at = max(at, care.helped_hypo_at or at)


def usual_morning(said: Morning, usual_pain: int | None) -> bool:
    """Whether a morning's answer says that pain is usual; where nobody asked, the number says it or nothing does."""
    if said.usual is not None:
        return said.usual
    return usual_pain is not None and said.pain <= usual_pain


def remember_rise(care: CareMemory, before: int | None, now: int | None, *, entered: datetime,
                  until: datetime | None = None) -> None:
    """A usual pain that rose: what it was before counts on for a while, so that a rise frees nobody at once."""
    if before is not None and now is not None and now > before:
        rose = FormerUsual(pain=before, entered=entered, until=until)
        care.former_usual = (*care.former_usual, rose)[-USUAL_KEPT:]


def usual_pain_of(scores: dict[str, float], said: int | None, *, known: bool) -> int | None:
    """The usual pain that measures tell: as said, else the first NPRS while none is known."""
    if said is not None or known:
        return said
    score = scores.get("NPRS", -1)
    return int(score) if 0 <= score <= 10 else None
