"""Restoring a backup: everything is made ready in a directory of its own and put in place at the end, or not at all."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from aggregates.kernel.errors import InvalidInput, NotFound, NotVerified, StoreUnavailable
from workflow.bootstrap import open_office, signing_key
from workflow.data_directory import holds
from workflow.log.backup import KEYS, LOG, Manifest, load_backup
from workflow.log.database_files import is_there, open_private
from workflow.log.event_log import EventLog
from workflow.log.proof.checkpoint import parse
from workflow.log.proof.epochs import begin_epoch, epoch_of
from workflow.log.proof.witness import Witness
from workflow.log.seal.keys import KeyStore
from workflow.log.seal.master import master_key
from workflow.log.store.database import open_engine, sqlite_url
from workflow.settings import Settings
from workflow.staging import STAGE, put_in_place, stage_for

SIGNING, VIEWS, CHECKPOINTS = "signing.key", "views.db", "checkpoints"
KEPT = ("master.key", SIGNING, KEYS, "packs")  # what may wait for the log in a directory that is restored into


class Loss(NamedTuple):
    """What a backup lacks of what was signed for outside: so many facts, and the newest epoch there."""

    facts: int
    epoch: int

    @property
    def sentence(self) -> str:
        """What is lost, and how to go on without it."""
        what = (f"the newest checkpoint signs for {self.facts} more facts than this backup holds" if self.facts else
                f"the checkpoints outside are in epoch {self.epoch}, of which this backup knows nothing")
        return f"restore: {what}; --accept-loss goes on without them, under a new epoch"


def restore(where: Settings, source: Path, manifest: Manifest, keys_from: Path | None, loss: Loss | None
            ) -> str | None:
    """Put a backup that was verified into *where*; says why it is read-only, if it is.

    Whoever was erased is erased again before it serves.
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
        if loss is not None:
            begin_epoch(engine, Witness(staged.checkpoints), signing_key(staged.signing_key), loss.epoch)
        engine.dispose()
        with closing(open_office(staged)) as office:
            why = office.log.why_read_only
        _publish(Witness(staged.checkpoints), where)
        put_in_place(stage, where.home, LOG)
        return why


def loss_of(where: Settings, manifest: Manifest) -> Loss | None:
    """What the newest checkpoint outside signs for and this backup lacks; `NotVerified` if it is another log's."""
    note = Witness(where.checkpoints).latest()
    if note is None:
        return None
    outside = parse(note)
    if not outside.origin.startswith(f"met-workflow/{manifest.log_id}"):
        raise NotVerified(f"restore: the checkpoints in {where.checkpoints} are another log's")
    epoch = epoch_of(outside.origin)
    facts = max(0, outside.size - manifest.facts)
    return Loss(facts, epoch) if facts or epoch > manifest.epoch else None


def refuse_what_is_there(where: Settings, keys_from: Path | None) -> None:
    """Raise unless the directory is empty but for keys and checkpoints that wait for their log."""
    if holds(where.log_url, EventLog.exists):
        raise InvalidInput(f"restore: there is a log already in {where.home}; restore into an empty data directory")
    known = {*KEPT, CHECKPOINTS, "lock"}
    found = sorted(each.name for each in where.home.iterdir()) if where.home.is_dir() else []
    other = [name for name in found if name not in known and not name.startswith((STAGE, f"{KEYS}-"))]
    if where.home.exists() and not where.home.is_dir():
        raise InvalidInput(f"restore: {where.home} is not a directory")
    if other:
        raise InvalidInput(f"restore: {where.home} is not empty, it holds {', '.join(other[:3])}; restore into an "
                           "empty data directory")
    if keys_from is not None and KEYS in found:
        raise InvalidInput(f"restore: there is a key store already in {where.home}")
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
    for key_id in saved.erased():
        witness.note_erasure(key_id)
    newest = saved.latest()
    if witness.latest() is None and newest is not None:
        witness.keep(newest)


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
    for key_id in staged.erased():
        outside.note_erasure(key_id)
    known = set(outside.history())
    for note in staged.history():
        if note not in known:
            outside.keep(note)
    shutil.rmtree(staged.directory)
