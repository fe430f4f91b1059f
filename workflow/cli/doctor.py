"""A look at everything that has to be right. It writes nothing unless it is told to mend."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from aggregates.kernel.errors import MetError
from workflow.accepted_losses import accepted_losses
from workflow.bootstrap import Office, open_reading, signing_key
from workflow.cli.exits import REFUSED, one_line_errors
from workflow.cli.office import UNPROVED
from workflow.cli.show import console
from workflow.cli.verifying import verified
from workflow.engine.erasure import revived
from workflow.engine.opening import key_problems
from workflow.log.proof.checkpoint import parse, raw_public_key
from workflow.log.proof.witness import Witness
from workflow.log_setup import set_up
from workflow.mending import OTHERS, mend, private_files
from workflow.settings import Settings, settings
from workflow.staging import left_behind

LEAST_FREE = 200 * 1024 * 1024


class Finding(NamedTuple):
    """One thing that was looked at."""

    what: str
    fine: bool
    says: str


def examine(home: Path | None, as_json: bool, mends: bool) -> None:
    """Print every finding; exit code 1 if one is not fine."""
    set_up()
    with one_line_errors():
        where = settings(home)
        mended = mend(where) if mends else []
        findings = [*(Finding("mended", True, each) for each in mended), *_findings(where)]
    if as_json:
        print(json.dumps([each._asdict() for each in findings]))
    else:
        out = console()
        for each in findings:
            out.print(f"{'[green]fine [/]' if each.fine else '[bold red]wrong[/]'}  {each.what}: ", end="")
            out.print(each.says, markup=False)
    if not all(each.fine for each in findings):
        raise SystemExit(REFUSED)


def _findings(where: Settings) -> Iterator[Finding]:
    yield Finding("python", sys.version_info >= (3, 11), sys.version.split()[0])
    packages = ("met-workflow", "eventsourcing", "transitions", "sqlalchemy", "msgspec", "cryptography")
    yield Finding("packages", True, ", ".join(f"{name} {version(name)}" for name in packages))
    yield Finding("sqlite", sqlite3.sqlite_version_info >= (3, 35), sqlite3.sqlite_version)
    for path in left_behind(where.home):
        yield Finding("interrupted restore", False, f"left {path}, copies of keys may be in it; met doctor --mend or "
                      "the next met restore clears it away")
    try:
        office = open_reading(where)
    except MetError as error:
        yield Finding("data directory", False, str(error))
        return
    with closing(office):
        yield from _of_files(where)
        yield from _of_log(office)
        yield from _of_checkpoints(office)
        yield from _of_keys(office)
        office.refuse_if_moved()


def _of_files(where: Settings) -> Iterator[Finding]:
    free = shutil.disk_usage(where.home).free
    yield Finding("disk", free > LEAST_FREE, f"{free // 2**20} MiB free")
    for path, mode in private_files(where):
        yield Finding(path.name, not mode & OTHERS, f"mode {mode:04o}, must be readable by its owner alone"
                      + ("; met doctor --mend takes it from others" if mode & OTHERS else ""))


def _of_log(office: Office) -> Iterator[Finding]:
    log = office.log
    why = log.why_read_only if (log.why_read_only or "").startswith(UNPROVED) else _signing(office)
    yield Finding("log", why is None, f"read-only, because {why}" if why else
                  f"{log.reader.head()[0]} facts, {len(office.practices())} practices, clock {log.identity.clock}")
    found = verified(office)
    report = found.report
    problems = "; ".join(f"{each.what} (position {each.position})" if each.position else each.what
                         for each in (*report.problems, *found.opened.problems))
    yield Finding("verification", found.holds, problems or f"{report.facts} facts, {report.checkpoints} checkpoints")
    for loss in accepted_losses(office):
        yield Finding("accepted loss", True, loss.sentence)
    owed = office.erasure().owed(office.practices()) if found.holds else office.withheld
    back = revived(owed)
    if len(owed) > len(back):
        yield Finding("erasures", False, f"{len(owed) - len(back)} not finished; the next command that writes finishes "
                      "them")
    for each in back:
        yield Finding("erased client", False, each)


def _signing(office: Office) -> str | None:
    """What keeps this log from signing checkpoints, and so from being written."""
    path = office.settings.signing_key
    if not path.exists():
        return "the log's signing key is not here"
    try:
        fits = raw_public_key(signing_key(path).public_key()) == office.log.identity.public_key
    except MetError as error:
        return str(error)
    return None if fits else "signing key: is not the one that this log was made with"


def _of_checkpoints(office: Office) -> Iterator[Finding]:
    where, witness = office.settings, office.log.witness
    yield _newest(office, witness)
    forged = office.log.erased_keys().not_signed()
    if forged:
        yield Finding("tombstones", False, f"{forged} in {witness.directory} are not signed by this log's key; nobody "
                      "is erased because of them")
    torn = witness.unreadable_erasures()
    if torn:
        yield Finding("ledger of erasures", False, f"{torn} lines in {witness.directory} are no key ids")
    beside = where.embedded and witness.directory.is_relative_to(where.home)
    yield Finding("checkpoint place", True, "beside the database; better on another disk: set MET_CHECKPOINTS"
                  if beside else "apart from the database")


def _newest(office: Office, witness: Witness) -> Finding:
    """What the newest checkpoint outside covers."""
    what, facts = "checkpoint outside the database", office.log.reader.head()[0]
    try:
        note = witness.latest()
        signed = 0 if note is None else parse(note).size
    except MetError as error:
        return Finding(what, False, f"in {witness.directory}: {error}")
    missing = "the directory is missing" if not witness.directory.is_dir() else "none is there"
    return Finding(what, note is not None or facts == 0,
                   f"in {witness.directory}, {missing if note is None else f'{max(0, facts - signed)} facts behind'}")


def _of_keys(office: Office) -> Iterator[Finding]:
    entries = office.keys.entries()
    living = sum(each.destroyed_at is None for each in entries)
    problems = key_problems(office.log, office.keys)
    yield Finding("keys", not problems, "; ".join(each.sentence for each in problems)
                  or f"{living} living, {len(entries) - living} destroyed")
