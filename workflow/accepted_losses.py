"""What a log says of losses that were accepted, and whether they account for a checkpoint that it does not lead to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from aggregates.kernel.errors import MetError, NotVerified
from aggregates.practice.facts import LossAccepted
from workflow.bootstrap import Office
from workflow.log.event_log import Identity
from workflow.log.proof.checkpoint import Checkpoint, check
from workflow.log.proof.epochs import epoch_of


class AcceptedLoss(NamedTuple):
    """A loss that a practice of this log has on record."""

    position: int
    practice: str
    recorded_at: datetime
    fact: LossAccepted

    @property
    def sentence(self) -> str:
        """Who gave up what, when and why."""
        lost = f"positions {self.fact.kept + 1} to {self.fact.lost_until}" if self.fact.lost_until else (
            f"what came behind position {self.fact.kept}, nothing outside told how much")
        return (f"an accepted loss is recorded at position {self.position}: {lost}; accepted by {self.fact.by} on "
                f"{self.recorded_at:%Y-%m-%d}: {self.fact.reason}")

    def as_dict(self) -> dict[str, Any]:
        """For machines; keys are stable."""
        fact = self.fact
        return {"position": self.position, "practice": self.practice, "recorded_at": self.recorded_at.isoformat(),
                "by": fact.by, "reason": fact.reason, "kept": fact.kept, "lost_until": fact.lost_until,
                "epoch": fact.epoch}


class Divergence(NamedTuple):
    """A checkpoint of an earlier epoch that this log does not lead to, and whether an accepted loss accounts for it."""

    position: int
    sentence: str
    accounted: bool


def accepted_losses(office: Office) -> list[AcceptedLoss]:
    """Every loss that was accepted, the oldest first. What can't be read is verification's to tell."""
    found: list[AcceptedLoss] = []
    with suppress(MetError):
        for practice in office.practices():
            with suppress(MetError):
                found += _of(office, practice)
    return sorted(found)


def divergence(losses: list[AcceptedLoss], note: Checkpoint, identity: Identity) -> Divergence | None:
    """Where a signed checkpoint of an earlier epoch parts from this log; None if all losses came behind it.

    A loss accounts for a checkpoint only if it holds a signed head of that epoch that is at least as large, and that is
    the checkpoint itself where it is as large. What nobody signed for, nobody can have lost.
    """
    epoch = epoch_of(note.origin)
    for loss in losses:
        fact = loss.fact
        if fact.epoch <= epoch or (epoch == fact.kept_epoch and note.size <= fact.kept):
            continue
        what = f"the checkpoint for {note.size} facts of epoch {epoch} diverged by an accepted loss recorded at " \
               f"position {loss.position}"
        if any(head.origin == note.origin and (head.size > note.size or head == note)
               for head in _heads(fact, identity)):
            return Divergence(loss.position, f"{what}, which accounts for it", True)
        return Divergence(loss.position, f"{what}, but that one does not tell of it: {_told(fact)}", False)
    return None


def _of(office: Office, practice: str) -> Iterator[AcceptedLoss]:
    history = office.door(practice).streams.history(f"practice:{practice}")
    for position, fact in history.numbered():
        if isinstance(fact, LossAccepted):
            yield AcceptedLoss(position, practice, fact.timestamp, fact)


def _heads(fact: LossAccepted, identity: Identity) -> Iterator[Checkpoint]:
    for head in fact.heads:
        with suppress(NotVerified):
            yield check(head, identity.public_key)


def _told(fact: LossAccepted) -> str:
    if not fact.heads:
        return "nothing outside told then how much was lost"
    return f"it names positions {fact.kept + 1} to {fact.lost_until}"
