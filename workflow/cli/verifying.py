"""Verifying the log from the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from aggregates.kernel.errors import InvalidInput, NotFound
from workflow.accepted_losses import Divergence, accepted_losses, divergence
from workflow.bootstrap import Office
from workflow.bounded import text_of
from workflow.cli.exits import NOT_VERIFIED
from workflow.cli.office import UNPROVED, opened_to_read
from workflow.cli.show import console
from workflow.engine.erasure import revived
from workflow.engine.opening import Opened, open_all
from workflow.log.proof.checkpoint import Checkpoint
from workflow.log.proof.verify import Problem, Report
from workflow.log.proof.witness import Witness


class Verified(NamedTuple):
    """What the facts prove, which of them open, and what is worth a warning though all holds."""

    report: Report
    opened: Opened
    warnings: tuple[str, ...]
    read_only: bool

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return self.report.holds and not self.opened.problems


def verify_log(home: Path | None, client: str | None, checkpoint: Path | None, as_json: bool, quiet: bool) -> None:
    """Verify and print; exit code 6 if anything does not hold."""
    with opened_to_read(home) as office:
        also, parted = _from_elsewhere(office, checkpoint) if checkpoint is not None else ((), None)
        found = _with(verified(office, also), parted)
        of_client = _of_client(office, client) if client is not None else None
        if as_json:
            print(json.dumps(_as_dict(office, found, of_client)))
        elif not quiet or not found.holds or found.warnings:
            print_verified(office, found, of_client)
    if not found.holds:
        raise SystemExit(NOT_VERIFIED)


def verified(office: Office, also: tuple[Checkpoint, ...] = ()) -> Verified:
    """Verify, then open every body with the keys that are here, with progress bars."""
    size, why = office.log.reader.head()[0], office.log.why_read_only
    with progress_bar("verifying", size) as advance:
        report = vouched_for(office.log.verify(also, advance), office.log.witness)
    with progress_bar("opening", size) as advance:
        opened = open_all(office.log, office.keys, office.registry, advance) if report.holds else Opened(0, 0, ())
    missing = report.facts > 0 and report.checkpoints > 0 and office.log.witness.latest() is None
    warning = f"{_outside(office.log.witness)}; only copies inside the database vouch for its facts, and whoever can " \
              "write it can cut it back to one of them"
    warnings = (*((warning,) if missing else ()), *revived(office.withheld))
    return Verified(report, opened, warnings, why is not None and why.startswith(UNPROVED))


def vouched_for(report: Report, witness: Witness) -> Report:
    """Without any checkpoint, all facts could have been written anew by anybody: that is not verified."""
    if report.facts == 0 or report.checkpoints > 0 or not report.holds:
        return report
    what = f"{_outside(witness)}, and none inside: nothing vouches for its {report.facts} facts"
    return report._replace(problems=(Problem(0, what),))


def _outside(witness: Witness) -> str:
    if witness.directory.is_dir():
        return f"no signed checkpoint is in {witness.directory}"
    return f"the directory {witness.directory} is missing, so no signed checkpoint is outside the database"


@contextmanager
def progress_bar(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, nothing elsewhere; the function sets how far it is."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)


def print_verified(office: Office, found: Verified, of_client: int | None = None) -> None:
    """The result in words, with its limits."""
    out, (report, opened, warnings, read_only) = console(), found
    if report.holds:
        out.print(f"[bold green]The log verifies.[/] {report.facts} facts, {report.checkpoints} signed checkpoints, "
                  f"root {report.root.hex()[:16]}...")
        erased = f", {opened.erased} are erased for ever" if opened.erased else ""
        out.print(f"  {opened.opened} contents open with the keys here{erased}")
    else:
        out.print("[bold red]The log does not verify.[/]"
                  + (" It is read-only until this is explained:" if read_only else ""))
    if opened.problems:
        out.print("[bold red]Not every content can be read.[/] Commands that need these fail, all others go on:")
    for problem in (*report.problems, *opened.problems):
        place = f"position {problem.position}: " if problem.position else ""
        out.print(f"  {place}{problem.what}", markup=False)
    for warning in warnings:
        out.print(f"  [yellow]warning:[/] {warning}")
    for loss in accepted_losses(office):
        out.print(f"  {loss.sentence}", markup=False)
    if of_client is not None:
        chain = ", in an unbroken chain" if report.holds else ""
        out.print(f"  {of_client} facts of this client are among them{chain}")
    if office.log.identity.clock == "virtual":
        out.print("  [yellow]a rehearsal: its times are made up[/]")
    out.print(f"  verifier key: {office.log.verifier_key()}")
    out.print("  [dim]Not shown by this: facts after the newest checkpoint that vanished with it, a signing key in\n"
              "  wrong hands, and whether what was recorded was true.[/]")


def _from_elsewhere(office: Office, path: Path) -> tuple[tuple[Checkpoint, ...], Divergence | None]:
    """A checkpoint that the log has to lead to, or where an earlier one parts from it."""
    try:
        note = text_of(path, "checkpoint")
    except FileNotFoundError:
        raise NotFound(f"checkpoint: there is no file {path}") from None
    except (OSError, UnicodeDecodeError):
        raise InvalidInput("checkpoint: the file is not a signed note") from None
    losses = accepted_losses(office)
    earlier = office.log.check_earlier_note(note) if losses else None
    if earlier is None:
        return (office.log.check_note(note),), None
    parted = divergence(losses, earlier, office.log.identity)
    return ((earlier,), None) if parted is None else ((), parted)


def _with(found: Verified, parted: Divergence | None) -> Verified:
    """An accepted loss that accounts for it is worth a warning; one that does not is a problem like any other."""
    if parted is None:
        return found
    if parted.accounted:
        return found._replace(warnings=(*found.warnings, parted.sentence))
    problem = Problem(parted.position, parted.sentence)
    return found._replace(report=found.report._replace(problems=(*found.report.problems, problem)))


def _of_client(office: Office, client: str) -> int:
    for practice in office.practices():
        rows = office.log.reader.stream(practice, f"care:{client}")
        if rows:
            return len(rows)
    raise NotFound(f"client: there is no client {client} in this log")


def _as_dict(office: Office, found: Verified, of_client: int | None) -> dict[str, object]:
    report, opened, warnings, _ = found
    problems = [problem._asdict() for problem in (*report.problems, *opened.problems)]
    return {"holds": found.holds, "facts": report.facts, "root": report.root.hex(), "checkpoints": report.checkpoints,
            "problems": problems, "warnings": warnings, "client_facts": of_client, "opened": opened.opened,
            "erased": opened.erased, "accepted_losses": [each.as_dict() for each in accepted_losses(office)],
            "clock": office.log.identity.clock, "verifier_key": office.log.verifier_key()}
