"""Backing up and restoring from the command line."""

from __future__ import annotations

from pathlib import Path

from aggregates.kernel.errors import NotVerified
from workflow.cli.exits import one_line_errors
from workflow.cli.office import opened
from workflow.cli.show import console
from workflow.cli.verifying import progress_bar, vouched_for
from workflow.log.backup import Manifest, backup, check_backup, read_manifest
from workflow.log.proof.verify import Report
from workflow.log.proof.witness import Witness
from workflow.log_setup import set_up
from workflow.restoring import loss_of, refuse_what_is_there, restore
from workflow.settings import settings


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
        where = settings(home)
        if not check:
            refuse_what_is_there(where, keys_from)
        manifest, report = _checked(source)
        out.print(f"[green]the backup verifies: {report.facts} facts, {report.checkpoints} checkpoints[/]")
        if check:
            return
        loss = loss_of(where, manifest)
        if loss is not None and not accept_loss:
            raise NotVerified(loss.sentence)
        why = restore(where, source, manifest, keys_from, loss)
        out.print(f"restored {report.facts} facts into {where.home}"
                  + (f"; {loss.facts} facts are lost, a new epoch of checkpoints begins" if loss else ""))
        if why is not None:
            out.print(f"[yellow]the log is read-only: {why}[/]")


def _checked(source: Path) -> tuple[Manifest, Report]:
    with progress_bar("checking", read_manifest(source).facts) as advance:
        manifest, report = check_backup(source, advance)
    report = vouched_for(report, Witness(source))
    if not report.holds:
        first = report.problems[0]
        raise NotVerified(f"backup: does not verify: {first.what} (position {first.position})")
    return manifest, report
