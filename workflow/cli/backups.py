"""Backing up and restoring from the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

from aggregates.kernel.errors import InvalidInput, NotFound, NotVerified
from workflow.bootstrap import open_office, signing_key
from workflow.cli.exits import one_line_errors
from workflow.cli.office import opened
from workflow.cli.show import console
from workflow.cli.verifying import progress_bar
from workflow.log.backup import KEYS, backup, check_backup, load_backup, read_manifest
from workflow.log.event_log import EventLog
from workflow.log.proof.checkpoint import parse
from workflow.log.proof.epochs import begin_epoch
from workflow.log.proof.witness import Witness
from workflow.log.store.database import open_engine
from workflow.log_setup import set_up
from workflow.settings import Settings, settings

SIGNING = "signing.key"


def backup_log(home: Path | None, to: Path) -> None:
    """Copy the log."""
    with opened(home) as office:
        manifest = backup(office.log, to)
        out = console()
        out.print(f"{manifest.facts} facts written to {to}, SHA-256 {manifest.sha256[:16]}...")
        out.print("No key is in it. Keys have a backup of their own: met keys backup")


def restore_log(home: Path | None, source: Path, keys_from: Path | None, check: bool, accept_loss: bool) -> None:
    """Verify a backup and, unless only a check was asked for, put it into an empty data directory."""
    set_up()
    out = console()
    with one_line_errors():
        with progress_bar("checking", read_manifest(source).facts) as advance:
            manifest, report = check_backup(source, advance)
        if not report.holds:
            first = report.problems[0]
            raise NotVerified(f"backup: does not verify: {first.what} (position {first.position})")
        out.print(f"[green]the backup verifies: {report.facts} facts, {report.checkpoints} checkpoints[/]")
        if check:
            return
        where = settings(home)
        where.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        lost = _lost(where, manifest.facts)
        if lost and not accept_loss:
            raise NotVerified(f"restore: the newest checkpoint signs for {lost} more facts than this backup holds; "
                              "--accept-loss goes on without them, under a new epoch")
        _fill(where, source, keys_from)
        if lost:
            engine = open_engine(where.log_url)
            begin_epoch(engine, Witness(where.checkpoints), signing_key(where.signing_key))
            engine.dispose()
        office = open_office(where)
        try:
            out.print(f"restored {report.facts} facts into {where.home}"
                      + (f"; {lost} facts are lost, a new epoch of checkpoints begins" if lost else ""))
            if office.log.why_read_only:
                out.print(f"[yellow]the log is read-only: {office.log.why_read_only}[/]")
        finally:
            office.close()


def _lost(where: Settings, held: int) -> int:
    note = Witness(where.checkpoints).latest()
    return max(0, parse(note).size - held) if note else 0


def _fill(where: Settings, source: Path, keys_from: Path | None) -> None:
    engine = open_engine(where.log_url)
    if EventLog.exists(engine):
        raise InvalidInput(f"restore: there is a log already in {where.home}; restore into an empty data directory")
    if keys_from is not None:
        _restore_keys(where, keys_from)
    if where.embedded and not (where.home / KEYS).exists() and where.keys_url.startswith("sqlite"):
        raise NotFound(f"restore: there is no key store in {where.home}; name its backup with --keys-from")
    load_backup(source, engine)
    engine.dispose()
    witness, saved = Witness(where.checkpoints), Witness(source)
    for key_id in saved.erased():
        witness.note_erasure(key_id)
    newest = saved.latest()
    if witness.latest() is None and newest is not None:
        witness.keep(newest)


def _restore_keys(where: Settings, keys_from: Path) -> None:
    if (where.home / KEYS).exists():
        raise InvalidInput(f"restore: there is a key store already in {where.home}")
    if not (keys_from / KEYS).exists():
        raise NotFound(f"restore: {keys_from} is not a backup of keys")
    shutil.copyfile(keys_from / KEYS, where.home / KEYS)
    if not where.signing_key.exists() and (keys_from / SIGNING).exists():
        shutil.copyfile(keys_from / SIGNING, where.signing_key)
        where.signing_key.chmod(0o600)
