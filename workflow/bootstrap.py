"""The composition root: the only file that sees every folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, select

from aggregates.kernel.errors import InvalidInput, NotFound, StoreUnavailable
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
from workflow.log.proof.witness import Witness
from workflow.log.seal.keys import KeyStore
from workflow.log.seal.master import master_key, read_secret, write_secret
from workflow.log.snapshots import Snapshots
from workflow.log.store.database import open_engine, store_errors
from workflow.log.store.schema import facts
from workflow.settings import Settings

POLICIES = (WhenExacerbationsRepeatThenReferBack, WhenTrainingIsPausedThenDraftTheLetter, WhenALetterIsSentThenNoteIt)
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
        """The practices of this log."""
        query = select(facts.c.practice).where(facts.c.name == "practice.founded").order_by(facts.c.position)
        with store_errors("log"), self.log.engine.connect() as connection:
            return tuple(connection.execute(query).scalars())

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
    engine = open_engine(settings.log_url)
    if EventLog.exists(engine):
        raise InvalidInput(f"log: there is a log already in {settings.home}")
    for path in (settings.master_key, settings.signing_key):
        if not path.exists():
            write_secret(path, os.urandom(32))
    signing = signing_key(settings.signing_key)
    log = EventLog.create(engine, Witness(settings.checkpoints), signing, "virtual" if rehearsal else "real")
    keys = KeyStore.create(open_engine(settings.keys_url), master_key(settings.master_key), log.identity.log_id)
    return Office(settings, log, keys, lock)


def open_office(settings: Settings) -> Office:
    """Open an existing log; it is read-only, and says why, if it does not prove itself."""
    _refuse_unsafe()
    if settings.embedded and not settings.home.is_dir():
        raise NotFound(f"log: there is no log in {settings.home} yet; met init makes one")
    lock = _locked(settings)
    try:
        signing = signing_key(settings.signing_key) if settings.signing_key.exists() else None
        log = EventLog(_existing(settings), Witness(settings.checkpoints), signing)
        keys = KeyStore.open(open_engine(settings.keys_url), master_key(settings.master_key), log.identity.log_id)
        return Office(settings, log, keys, lock)
    except BaseException:
        if lock is not None:
            lock.release()
        raise


def _existing(settings: Settings) -> Engine:
    if settings.embedded and not Path(settings.log_url.removeprefix("sqlite:///")).exists():
        raise NotFound(f"log: there is no log in {settings.home} yet; met init makes one")
    return open_engine(settings.log_url)


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
