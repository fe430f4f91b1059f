"""A new line of checkpoints: what follows when a log goes on from a backup older than its last checkpoint."""

from __future__ import annotations

import re

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, insert, select, update

from workflow.log.event_log import read_identity
from workflow.log.proof.checkpoint import Checkpoint, sign
from workflow.log.proof.tree import Frontier
from workflow.log.proof.witness import Witness
from workflow.log.store.database import store_errors, transaction
from workflow.log.store.schema import checkpoints, head

LATER = re.compile(r"/epoch-(\d{1,9})$")


def epoch_of(origin: str) -> int:
    """The epoch that a checkpoint's origin names."""
    found = LATER.search(origin)
    return int(found[1]) if found else 1


def begin_epoch(engine: Engine, witness: Witness, key: Ed25519PrivateKey, beyond: int = 0) -> int:
    """Sign the log as it is now under its next origin, so that no origin ever signs two logs that contradict.

    The next epoch, which is the answer, is also greater than *beyond*, the newest one that signed outside.
    """
    identity = read_identity(engine)
    after = identity._replace(epoch=max(identity.epoch, beyond) + 1)
    with store_errors("log"), transaction(engine) as connection:
        row = connection.execute(select(head.c.position, head.c.frontier)).one()
        tree = Frontier.from_bytes(row.position, bytes(row.frontier))
        note = sign(Checkpoint(after.origin, tree.size, tree.root()), key)
        connection.execute(update(head).values(epoch=after.epoch))
        connection.execute(insert(checkpoints).values(
            epoch=after.epoch, size=tree.size, note=note, frontier=tree.to_bytes()))
    witness.keep(note)
    return after.epoch
