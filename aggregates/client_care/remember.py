"""How each fact changes the memory. Remembering never fails, never asks whether, and reads no clock."""

from __future__ import annotations

from aggregates.client_care import facts as f
from aggregates.client_care.memory import STRETCHES_KEPT, CareMemory
from aggregates.client_care.memos import Stretch
from aggregates.client_care.phases import IN_TRAINING, Phase
from aggregates.client_care.remembering import answers, clearance, decisions, intake, pause, record, training
from aggregates.client_care.remembering.base import REMEMBER

MODULES = (answers, clearance, decisions, intake, pause, record, training)


def _enter(care: CareMemory, phase: Phase, fact: f.CareFact) -> None:
    """Keep from when to when training lasted, so that a session entered late finds its place.

    Whoever comes back otherwise than by resuming after a pause brings along that pain has to be usual again.
    """
    if phase in IN_TRAINING and care.phase not in IN_TRAINING:
        if care.phase is not Phase.EXACERBATION_PAUSE and care.is_unsettled:
            care.unsettled_since = care.newest_worsening
        care.stretches = (*care.stretches, Stretch(since=fact.occurred_at))[-STRETCHES_KEPT:]
    elif phase not in IN_TRAINING and care.phase in IN_TRAINING and care.stretches:
        care.stretches = (*care.stretches[:-1], Stretch(since=care.stretches[-1].since, until=fact.occurred_at))
    care.phase, care.phase_since = phase, fact.occurred_at


def remember(care: CareMemory, fact: f.CareFact) -> None:
    """Let *care* remember *fact*: the phase it led to, and what its kind adds."""
    meta = fact.meta
    if meta.phase is not None and meta.phase != care.phase:
        _enter(care, Phase(meta.phase), fact)
    if meta.actor_kind in ("person", "client"):
        care.last_contact_at = fact.timestamp
    handler = REMEMBER.get(type(fact))
    if handler is not None:
        handler(care, fact)
