"""A look at everything that has to be right."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from aggregates.kernel.errors import MetError
from workflow.bootstrap import Office, open_office
from workflow.cli.exits import REFUSED, one_line_errors
from workflow.cli.show import console
from workflow.log.proof.checkpoint import parse
from workflow.log_setup import set_up
from workflow.settings import Settings, settings

LEAST_FREE = 200 * 1024 * 1024


class Finding(NamedTuple):
    """One thing that was looked at."""

    what: str
    fine: bool
    says: str


def examine(home: Path | None, as_json: bool) -> None:
    """Print every finding; exit code 1 if one is not fine."""
    set_up()
    with one_line_errors():
        findings = list(_findings(settings(home)))
    if as_json:
        print(json.dumps([each._asdict() for each in findings]))
    else:
        out = console()
        for each in findings:
            out.print(f"{'[green]fine [/]' if each.fine else '[bold red]wrong[/]'}  {each.what}: {each.says}")
    if not all(each.fine for each in findings):
        raise SystemExit(REFUSED)


def _findings(where: Settings) -> Iterator[Finding]:
    yield Finding("python", sys.version_info >= (3, 11), sys.version.split()[0])
    packages = ("met-workflow", "eventsourcing", "transitions", "sqlalchemy", "msgspec", "cryptography")
    yield Finding("packages", True, ", ".join(f"{name} {version(name)}" for name in packages))
    yield Finding("sqlite", sqlite3.sqlite_version_info >= (3, 35), sqlite3.sqlite_version)
    try:
        office = open_office(where)
    except MetError as error:
        yield Finding("data directory", False, str(error))
        return
    try:
        yield from _of_office(office)
    finally:
        office.close()


def _of_office(office: Office) -> Iterator[Finding]:
    where, log = office.settings, office.log
    free = shutil.disk_usage(where.home).free
    yield Finding("disk", free > LEAST_FREE, f"{free // 2**20} MiB free")
    for path in (where.master_key, where.signing_key):
        if path.exists():
            yield Finding(path.name, not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO),
                          f"mode {stat.S_IMODE(path.stat().st_mode):04o}, must be readable by its owner alone")
    yield Finding("log", log.why_read_only is None, log.why_read_only or
                  f"{log.reader.head()[0]} facts, {len(office.practices())} practices, clock {log.identity.clock}")
    report = log.verify()
    yield Finding("verification", report.holds,
                  f"{report.facts} facts, {report.checkpoints} checkpoints" if report.holds
                  else f"{report.problems[0].what} (position {report.problems[0].position})")
    note = log.witness.latest()
    behind = log.reader.head()[0] - (parse(note).size if note else 0)
    yield Finding("checkpoint outside the database", behind == 0 or log.why_read_only is None,
                  f"in {log.witness.directory}, {behind} facts behind")
    beside = where.embedded and log.witness.directory.is_relative_to(where.home)
    yield Finding("checkpoint place", True, "beside the database; better on another disk: set MET_CHECKPOINTS"
                  if beside else "apart from the database")
    living = sum(each.destroyed_at is None for each in office.keys.entries())
    yield Finding("keys", True, f"{living} living, {len(office.keys.entries()) - living} destroyed")
