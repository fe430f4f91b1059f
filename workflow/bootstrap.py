"""The composition root: the only file that sees every folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, make_url, text

from aggregates.kernel.errors import InvalidInput, NotFound, NotVerified, StoreUnavailable
from policies.when_a_letter_is_sent import WhenALetterIsSentThenNoteIt
from policies.when_exacerbations_repeat import WhenExacerbationsRepeatThenReferBack
from policies.when_training_is_paused import WhenTrainingIsPausedThenDraftTheLetter
from workflow import protocol_packs
from workflow.clocks import VirtualClock, real_clock
from workflow.directory_lock import DirectoryLock
from workflow.engine.door import Door
from workflow.engine.erasure import Erasure
from workflow.engine.names import FACTS
from workflow.log.codec import Registry
from workflow.log.event_log import EventLog
from workflow.log.proof.checkpoint import parse
from workflow.log.proof.witness import Witness
from workflow.log.seal.keys import KeyStore
from workflow.log.seal.master import master_key, read_secret, write_secret
from workflow.log.snapshots import Snapshots
from workflow.log.store.database import open_engine, store_errors
from workflow.settings import Settings

POLICIES = (WhenExacerbationsRepeatThenReferBack, WhenTrainingIsPausedThenDraftTheLetter, WhenALetterIsSentThenNoteIt)
PRACTICES = """
WITH RECURSIVE found(name) AS (
  SELECT min(practice) FROM facts
  UNION ALL
  SELECT (SELECT min(practice) FROM facts WHERE practice > found.name) FROM found WHERE found.name IS NOT NULL
) SELECT name FROM found
"""
UNSAFE = "POSTGRES_ENABLE_DB_FUNCTIONS"  # the library's fast mode loses events to readers (M1)


class Office:
    """An open data directory: the log, the keys, and a door for each practice."""

    def __init__(self, settings: Settings, log: EventLog, keys: KeyStore, lock: DirectoryLock | None) -> None:
        self.settings, self.log, self.keys, self._lock = settings, log, keys, lock
        self.registry = Registry(FACTS)
        self.snapshots = Snapshots(open_engine(settings.views_url), keys, log.identity.log_id)
        self.packs, self.default_pack = protocol_packs.installed(settings.home)
        self.virtual = VirtualClock() if log.identity.clock == "virtual" else None
        self.clock: Callable[[], datetime] = self.virtual or real_clock
        self._doors: dict[str, Door] = {}
        self.erasure().finish_all(self.practices())

    def door(self, practice: str) -> Door:
        """The door of a practice."""
        door = self._doors.get(practice)
        if door is None:
            door = self._doors[practice] = Door(
                self.log, self.keys, self.registry, practice, packs=self.packs, default_pack=self.default_pack,
                policies=POLICIES, clock=self.clock, snapshots=self.snapshots)
        return door

    def erasure(self) -> Erasure:
        """What erases clients."""
        return Erasure(self.log, self.keys, self.snapshots, self.door, self.clock)

    def practices(self) -> tuple[str, ...]:
        """The practices of this log, found by hopping through the index of streams."""
        with store_errors("log"), self.log.engine.connect() as connection:
            names = connection.execute(text(PRACTICES)).scalars().all()
        reader = self.log.reader
        return tuple(name for name in names if name and reader.stream(name, f"practice:{name}", 0, 1))

    def close(self) -> None:
        """Sign a last checkpoint and let go of everything."""
        try:
            self.log.close()
        finally:
            self.keys.close()
            self.snapshots.close()
            if self._lock is not None:
                self._lock.release()


def create(settings: Settings, *, rehearsal: bool = False) -> Office:
    """Make a new log with its keys. A rehearsal's times are made up, and the log says so for ever."""
    _refuse_unsafe()
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = _locked(settings)
    try:
        return _create(settings, lock, rehearsal)
    except BaseException:
        if lock is not None:
            lock.release()
        raise


def _create(settings: Settings, lock: DirectoryLock | None, rehearsal: bool) -> Office:
    log_engine, key_engine, witness = (
        open_engine(settings.log_url), open_engine(settings.keys_url), Witness(settings.checkpoints))
    if EventLog.exists(log_engine):
        raise InvalidInput(f"log: there is a log already in {settings.home}")
    _refuse_to_replace(settings)
    if KeyStore.exists(key_engine):
        raise InvalidInput(f"key store: there is one already in {settings.home}, of a log that is missing")
    for path in (settings.master_key, settings.signing_key):
        if not path.exists():
            write_secret(path, os.urandom(32))
    signing = signing_key(settings.signing_key)
    log = EventLog.create(log_engine, witness, signing, "virtual" if rehearsal else "real")
    keys = KeyStore.create(key_engine, master_key(settings.master_key), log.identity.log_id)
    return Office(settings, log, keys, lock)


def _refuse_to_replace(settings: Settings) -> None:
    """A checkpoint outside signs for facts: a missing log is to be restored, never begun anew."""
    note = Witness(settings.checkpoints).latest()
    if note is not None:
        raise NotVerified(f"log: is missing, but a checkpoint in {settings.checkpoints} signs for "
                          f"{parse(note).size} facts of it; restore a backup")


def open_office(settings: Settings) -> Office:
    """Open an existing log; it is read-only, and says why, if it does not prove itself."""
    _refuse_unsafe()
    if settings.embedded and not settings.home.is_dir():
        raise _no_log(settings)
    lock = _locked(settings)
    try:
        signing = signing_key(settings.signing_key) if settings.signing_key.exists() else None
        log = EventLog(_existing(settings), Witness(settings.checkpoints), signing)
        keys = KeyStore.open(_key_engine(settings), master_key(settings.master_key), log.identity.log_id)
        return Office(settings, log, keys, lock)
    except BaseException:
        if lock is not None:
            lock.release()
        raise


def _existing(settings: Settings) -> Engine:
    if settings.embedded and not _file(settings.log_url).exists():
        raise _no_log(settings)
    engine = open_engine(settings.log_url)
    if not EventLog.exists(engine):
        raise _no_log(settings)
    return engine


def _no_log(settings: Settings) -> NotFound:
    _refuse_to_replace(settings)
    return NotFound(f"log: there is no log in {settings.home} yet; met init makes one")


def _key_engine(settings: Settings) -> Engine:
    if settings.keys_url.startswith("sqlite") and not _file(settings.keys_url).exists():
        raise NotFound(f"key store: is missing from {settings.home}; restore its backup")
    return open_engine(settings.keys_url)


def _file(url: str) -> Path:
    return Path(make_url(url).database or "")


def _locked(settings: Settings) -> DirectoryLock | None:
    if not settings.embedded:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        return None
    lock = DirectoryLock(settings.home)
    lock.take()
    return lock


def signing_key(path: Path) -> Ed25519PrivateKey:
    """The key that signs checkpoints."""
    return Ed25519PrivateKey.from_private_bytes(read_secret(path, "signing key"))


def _refuse_unsafe() -> None:
    if os.environ.get(UNSAFE, "").lower() in ("y", "yes", "t", "true", "1", "on"):
        raise StoreUnavailable(f"{UNSAFE}: must not be set, because readers lose events with it")
