"""The composition root: the only file that sees every folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from aggregates.kernel.errors import StoreUnavailable
from policies.when_a_letter_is_sent import WhenALetterIsSentThenNoteIt
from policies.when_exacerbations_repeat import WhenExacerbationsRepeatThenReferBack
from policies.when_training_is_paused import WhenTrainingIsPausedThenDraftTheLetter
from workflow import protocol_packs
from workflow.clocks import VirtualClock, real_clock
from workflow.data_directory import log_to_read, log_to_write, no_log, refuse_missing_keys, refuse_to_overwrite
from workflow.directory_lock import DirectoryLock
from workflow.engine.door import Door
from workflow.engine.erasure import Erasure, Owed
from workflow.engine.names import FACTS
from workflow.log.codec import Registry
from workflow.log.database_files import Standing, open_private, open_to_read
from workflow.log.event_log import EventLog
from workflow.log.proof.witness import Witness
from workflow.log.seal.keys import KeyStore
from workflow.log.seal.master import master_key, read_secret, write_secret
from workflow.log.snapshots import Snapshots
from workflow.log.store.database import open_engine, store_errors
from workflow.log.views import NoViews, open_views
from workflow.settings import Settings

POLICIES = (WhenExacerbationsRepeatThenReferBack, WhenTrainingIsPausedThenDraftTheLetter, WhenALetterIsSentThenNoteIt)
PRACTICES = """
WITH RECURSIVE found(name) AS (
  SELECT min(practice) FROM facts
  UNION ALL
  SELECT (SELECT min(practice) FROM facts WHERE practice > found.name) FROM found WHERE found.name IS NOT NULL
) SELECT name FROM found
"""
NO_KEY, ONLY_READ = "the log's signing key is not here", "it was opened only to be read"
UNSAFE = "POSTGRES_ENABLE_DB_FUNCTIONS"  # the library's fast mode loses events to readers (M1)


class Office:
    """An open data directory: the log, the keys, and a door for each practice.

    `notices` are sentences for whoever opened it. An office that only reads holds no lock and writes nothing.
    """

    def __init__(self, settings: Settings, log: EventLog, keys: KeyStore, lock: DirectoryLock | None,
                 views: Snapshots | None = None, *standing: Standing | None) -> None:
        self.settings, self.log, self.keys, self._lock = settings, log, keys, lock
        self.registry = Registry(FACTS)
        self.only_reads, self._standing = views is not None, standing
        self.snapshots, notice = (views, None) if views else open_views(settings.views_url, keys, log.identity.log_id)
        self.notices = [notice] if notice else []
        self.packs, self.default_pack = protocol_packs.installed(settings.home)
        self.virtual = VirtualClock() if log.identity.clock == "virtual" else None
        self.clock: Callable[[], datetime] = self.virtual or real_clock
        self._doors: dict[str, Door] = {}
        self.withheld: list[Owed] = []  # what is erased and still has a key, where nothing may be written
        if self.only_reads:
            self.withheld = self.erasure().withhold(self.practices)
        else:
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

    def refuse_if_moved(self) -> None:
        """Raise `StoreUnavailable` if files that were read as standing still did not stand still."""
        if any(each is not None and each.moved() for each in self._standing):
            raise StoreUnavailable("data directory: somebody wrote to it while it was read; ask again")


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
    refuse_to_overwrite(settings)
    for path in (settings.master_key, settings.signing_key):
        if not path.exists():
            write_secret(path, os.urandom(32))
    signing, master = signing_key(settings.signing_key), master_key(settings.master_key)
    log = EventLog.create(open_private(settings.log_url), Witness(settings.checkpoints), signing,
                          "virtual" if rehearsal else "real")
    keys = KeyStore.create(open_private(settings.keys_url), master, log.identity.log_id)
    return Office(settings, log, keys, lock)


def open_office(settings: Settings) -> Office:
    """Open an existing log; it is read-only, and says why, if it does not prove itself."""
    _refuse_unsafe()
    if settings.embedded and not settings.home.is_dir():
        raise no_log(settings)
    lock = _locked(settings)
    try:
        signing = signing_key(settings.signing_key) if settings.signing_key.exists() else None
        log = EventLog(log_to_write(settings), Witness(settings.checkpoints), signing)
        refuse_missing_keys(settings)
        keys = KeyStore.open(open_engine(settings.keys_url), master_key(settings.master_key), log.identity.log_id)
        return Office(settings, log, keys, lock)
    except BaseException:
        if lock is not None:
            lock.release()
        raise


def open_reading(settings: Settings) -> Office:
    """Open an existing log only to read it: no lock, no signature, not one byte written.

    Erasures that a crash interrupted stay owed; whoever opens it for writing finishes them.
    """
    _refuse_unsafe()
    engine, log_standing = log_to_read(settings)
    log = EventLog(engine, Witness(settings.checkpoints), None)
    if log.why_read_only == NO_KEY:
        log.why_read_only = ONLY_READ
    try:
        refuse_missing_keys(settings)
        key_engine, key_standing = open_to_read(settings.keys_url, "key store")
        keys = KeyStore.open(key_engine, master_key(settings.master_key), log.identity.log_id)
    except BaseException:
        log.close()
        raise
    return Office(settings, log, keys, None, NoViews(), log_standing, key_standing)


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
