"""Backing up and restoring from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from aggregates.kernel.errors import InvalidInput, NotVerified
from workflow.access.clear import check_clear
from workflow.cli.exits import one_line_errors
from workflow.cli.office import opened
from workflow.cli.show import console
from workflow.cli.verifying import progress_bar, vouched_for
from workflow.engine.requests import Who
from workflow.log.backup import Manifest, backup, check_backup, read_manifest
from workflow.log.proof.tombstones import Erased
from workflow.log.proof.verify import Report
from workflow.log.proof.witness import Witness
from workflow.log_setup import set_up
from workflow.losses import Loss, loss_of, what_it_holds
from workflow.mending import clear_first
from workflow.restoring import Accepted, refuse_what_is_there, restore
from workflow.settings import Settings, settings

MOST_WORDS = 200


def backup_log(home: Path | None, to: Path) -> None:
    """Copy the log."""
    with opened(home) as office:
        manifest = backup(office.log, to)
        out = console()
        out.print(f"{manifest.facts} facts written to {to}, SHA-256 {manifest.sha256[:16]}...")
        out.print("No key is in it. Keys have a backup of their own: met keys backup")


def restore_log(home: Path | None, source: Path, keys_from: Path | None, check: bool, accept_loss: bool,
                actor: str | None, reason: str | None) -> None:
    """Verify a backup and, unless only a check was asked for, put it into an empty data directory."""
    set_up()
    out = console()
    with one_line_errors():
        where = settings(home)
        if not check:
            clear_first(where)
            refuse_what_is_there(where, keys_from)
        manifest, report = _checked(source)
        out.print(f"[green]the backup verifies: {report.facts} facts, {report.checkpoints} checkpoints[/]")
        if check:
            return
        loss = loss_of(where.checkpoints, what_it_holds(source))
        accepted = None if loss is None else _accepted(loss, accept_loss, actor, reason)
        why = restore(where, source, manifest, keys_from, accepted)
        out.print(f"restored {report.facts} facts into {where.home}")
        if loss is not None:
            for line in _told(loss, where):
                out.print(line, markup=False)
        if why is not None:
            out.print(f"[yellow]the log is read-only: {why}[/]")


def _accepted(loss: Loss, accept_loss: bool, actor: str | None, reason: str | None) -> Accepted:
    """Nobody goes on without what is lost unless they say so, by name and with a reason."""
    if not accept_loss:
        raise NotVerified(loss.sentence)
    if actor is None or reason is None or not 0 < len(reason.strip()) <= MOST_WORDS:
        raise InvalidInput(f"restore: a loss is accepted by somebody (--as) for a reason (--reason, 1 to {MOST_WORDS} "
                           "characters); both are recorded")
    check_clear(Who("person", actor))
    return Accepted(loss, actor, reason.strip())


def _told(loss: Loss, where: Settings) -> Iterator[str]:
    lost = f"{loss.until - loss.backup.facts} facts are lost" if loss.until > loss.backup.facts else (
        "what is lost is not known")
    yield f"{lost}, a new epoch of checkpoints begins, and the record says who accepted it"
    again = Erased(Witness(where.checkpoints), loss.backup.identity.origin_of(1), loss.backup.identity.public_key
                   ).behind(loss.backup.facts)
    if again:
        yield f"{again} erased again: clients whom this backup did not know to be erased"
    if loss.backup.newest is not None:
        yield (f"who was erased after {loss.backup.newest:%Y-%m-%d %H:%M} UTC and is not written down in "
               f"{where.checkpoints} has to be erased again by hand: met erase")


def _checked(source: Path) -> tuple[Manifest, Report]:
    with progress_bar("checking", read_manifest(source).facts) as advance:
        manifest, report = check_backup(source, advance)
    report = vouched_for(report, Witness(source))
    if not report.holds:
        first = report.problems[0]
        raise NotVerified(f"backup: does not verify: {first.what} (position {first.position})")
    return manifest, report
