"""What a backup lacks of what was signed for outside, and the fact that says so in the log that went on from it."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from aggregates.kernel.errors import NotVerified
from aggregates.practice.commands import AcceptLoss
from workflow.access.reading import NotAllowed
from workflow.bootstrap import Office
from workflow.engine.requests import Request, Who
from workflow.log.backup import LOG
from workflow.log.codec import from_micros
from workflow.log.event_log import Identity, read_identity
from workflow.log.proof.checkpoint import check, parse
from workflow.log.proof.epochs import epoch_of
from workflow.log.proof.witness import Witness
from workflow.log.read import Reader
from workflow.log.store.database import open_engine, sqlite_url
from workflow.log.store.statements import Statements


class Backup(NamedTuple):
    """Which log a backup is of, how many facts it holds, and when the newest was recorded."""

    identity: Identity
    facts: int
    newest: datetime | None


class Loss(NamedTuple):
    """What a backup lacks: the newest signed note of each epoch outside that it does not lead to.

    Without any, nothing outside tells what it lacks.
    """

    backup: Backup
    heads: tuple[str, ...]
    epoch: int
    where: Path

    @property
    def until(self) -> int:
        """The last position that was signed for; 0 if nobody knows."""
        return max((parse(note).size for note in self.heads), default=0)

    @property
    def sentence(self) -> str:
        """What is lost, and how to go on without it."""
        newest, facts = self.backup.newest, self.until - self.backup.facts
        behind = f"erasures after {newest:%Y-%m-%d %H:%M} UTC are not known to this backup" if newest else ""
        if not self.heads:
            return (f"restore: nothing outside vouches for this backup being the newest, no signed checkpoint is in "
                    f"{self.where}: {behind}; bring the checkpoints back, or --accept-loss goes on without what is "
                    "lost, under a new epoch")
        what = (f"the newest checkpoint signs for {facts} more facts than this backup holds" if facts > 0 else
                f"the checkpoints outside are in epoch {self.epoch}, of which this backup knows nothing")
        return (f"restore: {what}, and {behind} but for those that are written down in {self.where}; --accept-loss "
                "goes on without them, under a new epoch")


def what_it_holds(source: Path) -> Backup:
    """Look into a backup."""
    engine = open_engine(sqlite_url(source / LOG), read_only=True)
    reader = Reader(engine, Statements(engine))
    try:
        facts = reader.head()[0]
        newest = reader.page(facts - 1, most=1)
        return Backup(read_identity(engine), facts, from_micros(newest[0].recorded_at) if newest else None)
    finally:
        reader.close()
        engine.dispose()


def loss_of(checkpoints: Path, backup: Backup) -> Loss | None:
    """What the checkpoints outside sign for and this backup lacks; `NotVerified` if they are another log's."""
    identity, witness = backup.identity, Witness(checkpoints)
    latest = witness.latest()
    if latest is not None and not _is_of(latest, identity):
        raise NotVerified(f"restore: the checkpoints in {checkpoints} are another log's")
    newest = _newest_of_each_epoch([*([latest] if latest is not None else []), *witness.history()], identity)
    if not newest:
        return Loss(backup, (), identity.epoch, checkpoints) if backup.facts else None
    lost = {epoch: note for epoch, note in newest.items()
            if epoch > identity.epoch or (epoch == identity.epoch and parse(note).size > backup.facts)}
    return Loss(backup, tuple(lost[epoch] for epoch in sorted(lost)), max(lost), checkpoints) if lost else None


def refuse_unless_an_owner(office: Office, by: str) -> None:
    """Raise `NotAllowed` unless *by* owns a practice of this log: giving up records is an owner's business."""
    if not any(office.door(practice).circumstances.practice().memory.role_of(by) == "owner"
               for practice in office.practices()):
        raise NotAllowed("ACC-01: a loss may be accepted by an owner of a practice in this log only; nothing was "
                         "restored")


def record(office: Office, loss: Loss, epoch: int, by: str, reason: str) -> None:
    """The loss becomes a fact of every practice of the log that goes on without it."""
    who = Who("clock", "restore", "cli", "restore", by)
    for practice in office.practices():
        office.door(practice).handle(Request(practice, f"practice:{practice}", AcceptLoss(
            by=by, reason=reason, kept=loss.backup.facts, kept_epoch=loss.backup.identity.epoch, epoch=epoch,
            lost_until=loss.until, heads=loss.heads), who, uuid4()))


def _newest_of_each_epoch(notes: list[str], identity: Identity) -> dict[int, str]:
    """The note with the most facts of each epoch, among those that this log's key signed."""
    by_epoch: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for note in dict.fromkeys(notes):
        try:
            found = parse(note)
        except NotVerified:  # what a crash cut short
            continue
        by_epoch[epoch_of(found.origin)].append((found.size, note))
    newest = ((epoch, next((note for _, note in sorted(found, reverse=True) if _is_of(note, identity)), None))
              for epoch, found in by_epoch.items())
    return {epoch: note for epoch, note in newest if note is not None}


def _is_of(note: str, identity: Identity) -> bool:
    try:
        found = check(note, identity.public_key)
    except NotVerified:
        return False
    return found.origin == identity.origin_of(epoch_of(found.origin))
