"""A tombstone: a signed note outside the database that a key was destroyed, for whoever restores an older backup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aggregates.kernel.errors import NotVerified
from workflow.log.proof.checkpoint import Checkpoint, check, parse, sign
from workflow.log.proof.witness import Witness

NAME = "/erased"  # behind a log's name: never the origin of a checkpoint


def key_hash_of(key_id: bytes) -> bytes:
    """What a tombstone tells of a key."""
    return sha256(b"met-tombstone-v1" + key_id).digest()


def tombstone(log_name: str, key_id: bytes, position: int, at: datetime, key: Ed25519PrivateKey) -> str:
    """The signed note that a key was destroyed when the log held *position* facts."""
    time = at.isoformat(timespec="seconds").replace("+00:00", "Z")
    return sign(Checkpoint(log_name + NAME, position, key_hash_of(key_id)), key, (time,))


class Erased:
    """Which keys are known outside the database to be destroyed: from the ledger, and from tombstones.

    A tombstone's signature is checked when somebody asks for its key: only a few of many keys are ever living.
    """

    def __init__(self, witness: Witness, log_name: str, public_key: bytes) -> None:
        self._witness, self._name, self._public_key = witness, log_name + NAME, public_key
        self.ledger = frozenset(witness.erased())

    def __bool__(self) -> bool:
        return bool(self.ledger or self._notes)

    def __contains__(self, key_id: bytes) -> bool:
        return key_id in self.ledger or self.buried(key_id)

    def buried(self, key_id: bytes) -> bool:
        """Whether a tombstone that this log signed tells of the key."""
        return any(self._signed(note) for note in self._notes.get(key_hash_of(key_id), ()))

    def behind(self, position: int) -> int:
        """How many keys were destroyed when the log held more facts than *position*, by tombstones that hold."""
        return sum(any(parse(note).size > position and self._signed(note) for note in notes)
                   for notes in self._notes.values())

    def not_signed(self) -> int:
        """How many tombstones this log's key did not sign: nobody is erased because of them."""
        return sum(not self._signed(note) for note in self._witness.tombstones())

    @cached_property
    def _notes(self) -> dict[bytes, list[str]]:
        found: dict[bytes, list[str]] = {}
        for note, what in _parsed(self._witness.tombstones()):
            found.setdefault(what.root, []).append(note)
        return found

    def _signed(self, note: str) -> bool:
        try:
            return check(note, self._public_key).origin == self._name
        except NotVerified:
            return False


def _parsed(notes: Iterable[str]) -> Iterator[tuple[str, Checkpoint]]:
    for note in notes:
        try:
            yield note, parse(note)
        except NotVerified:  # what a crash cut short
            continue
