"""Restoring a backup: everything is made ready in a directory of its own and put in place at the end, or not at all."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from aggregates.kernel.errors import InvalidInput, NotFound, StoreUnavailable
from workflow.bootstrap import open_office, signing_key
from workflow.data_directory import holds
from workflow.log.backup import KEYS, LOG, Manifest, load_backup
from workflow.log.database_files import is_there, open_private
from workflow.log.event_log import EventLog
from workflow.log.proof.epochs import begin_epoch
from workflow.log.proof.witness import Witness
from workflow.log.seal.keys import KeyStore
from workflow.log.seal.master import master_key
from workflow.log.store.database import open_engine, sqlite_url
from workflow.losses import Loss, record, refuse_unless_an_owner
from workflow.settings import Settings
from workflow.staging import STAGE, put_in_place, stage_for

SIGNING, VIEWS, CHECKPOINTS = "signing.key", "views.db", "checkpoints"
KEPT = ("master.key", SIGNING, KEYS, "packs")  # what may wait for the log in a directory that is restored into
LEFT_ALONE = ("master.former", "master.new")  # a rotation of the master key leaves these beside it


class Accepted(NamedTuple):
    """A loss, who accepts it, and why."""

    loss: Loss
    by: str
    reason: str


def restore(where: Settings, source: Path, manifest: Manifest, keys_from: Path | None, accepted: Accepted | None
            ) -> str | None:
    """Put a backup that was verified into *where*; says why it is read-only, if it is.

    Whoever was erased is erased again before it serves, and a loss that was accepted is recorded.
    """
    refuse_what_is_there(where, keys_from)
    master = master_key(where.master_key)
    with stage_for(where.home) as stage:
        staged = _moved(where, stage)
        _gather(where, staged, source, keys_from)
        # Before anything is loaded: are the keys this log's, and is the master key theirs?
        KeyStore.open(open_engine(staged.keys_url), master, bytes.fromhex(manifest.log_id)).close()
        engine = open_private(staged.log_url)
        load_backup(source, engine)
        epoch = 0 if accepted is None else begin_epoch(
            engine, Witness(staged.checkpoints), signing_key(staged.signing_key), accepted.loss.epoch)
        engine.dispose()
        with closing(open_office(staged)) as office:
            why = office.log.why_read_only
            if accepted is not None:
                refuse_unless_an_owner(office, accepted.by)
                record(office, accepted.loss, epoch, accepted.by, accepted.reason)
        _publish(Witness(staged.checkpoints), where)
        put_in_place(stage, where.home, LOG)
        return why


def refuse_what_is_there(where: Settings, keys_from: Path | None) -> None:
    """Raise unless the directory is empty but for keys and checkpoints that wait for their log."""
    if holds(where.log_url, EventLog.exists):
        raise InvalidInput(f"restore: there is a log already in {where.home}; restore into an empty data directory")
    known = {*KEPT, *LEFT_ALONE, CHECKPOINTS, "lock"}
    found = sorted(each.name for each in where.home.iterdir()) if where.home.is_dir() else []
    other = [name for name in found if name not in known and not name.startswith((STAGE, f"{KEYS}-", VIEWS))]
    if where.home.exists() and not where.home.is_dir():
        raise InvalidInput(f"restore: {where.home} is not a directory")
    if other:
        raise InvalidInput(f"restore: {where.home} is not empty, it holds {', '.join(other[:3])}; restore into an "
                           "empty data directory")
    if keys_from is not None and KEYS in found:
        raise InvalidInput(f"restore: there is a key store already in {where.home}; leave out --keys-from to "
                           "go on with it")
    if keys_from is not None and not (keys_from / KEYS).exists():
        raise NotFound(f"restore: {keys_from} is not a backup of keys")
    if keys_from is None and where.keys_url.startswith("sqlite") and not is_there(where.keys_url):
        raise StoreUnavailable(f"restore: there is no key store in {where.home}; name its backup with --keys-from")


def _moved(where: Settings, stage: Path) -> Settings:
    """The same settings for the stage; what lies elsewhere stays there, but for the checkpoints."""
    def url(given: str, name: str) -> str:
        return sqlite_url(stage / name) if given == sqlite_url(where.home / name) else given

    return replace(where, home=stage, log_url=url(where.log_url, LOG), keys_url=url(where.keys_url, KEYS),
                   views_url=url(where.views_url, VIEWS), checkpoints=stage / CHECKPOINTS,
                   master_key=stage / where.master_key.name, signing_key=stage / where.signing_key.name)


def _gather(where: Settings, staged: Settings, source: Path, keys_from: Path | None) -> None:
    """Everything but the log: keys, the signing key, checkpoints, and who was erased."""
    for name in (*KEPT, f"{KEYS}-wal"):
        _copy(where.home / name, staged.home / name)
    if keys_from is not None:
        _copy(keys_from / KEYS, staged.home / KEYS)
        if not staged.signing_key.exists():
            _copy(keys_from / SIGNING, staged.signing_key)
    _copy(where.checkpoints, staged.checkpoints)
    witness, saved = Witness(staged.checkpoints), Witness(source)
    _hand_on(saved, witness)
    newest = saved.latest()
    if witness.latest() is None and newest is not None:
        witness.keep(newest)


def _hand_on(source: Witness, to: Witness) -> None:
    """Whom one directory knows to be erased, the other one knows too."""
    for key_id in source.erased():
        to.note_erasure(key_id)
    for tombstone in source.tombstones():
        to.bury(tombstone)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.exists():
        shutil.copyfile(source, target)
        target.chmod(0o600)


def _publish(staged: Witness, where: Settings) -> None:
    """Write the checkpoints and erasures of the restored log where they are kept outside, if that is elsewhere."""
    if where.checkpoints == where.home / CHECKPOINTS:
        return
    outside = Witness(where.checkpoints)
    _hand_on(staged, outside)
    known = set(outside.history())
    for note in staged.history():
        if note not in known:
            outside.keep(note)
    shutil.rmtree(staged.directory)
