"""Making a log, and looking after its keys."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from uuid import uuid4

from aggregates.kernel.errors import InvalidInput
from workflow.bootstrap import Office
from workflow.cli.backups import SIGNING
from workflow.cli.exits import REFUSED, one_line_errors
from workflow.cli.office import opened, opened_or_made
from workflow.cli.show import console, lines_of
from workflow.engine.parsing import check_client, parse_command
from workflow.engine.requests import Request, Who
from workflow.log.backup import KEYS, copy_sqlite, new_directory
from workflow.log.seal.keys import Destroyed
from workflow.log.seal.master import LocalMasterKey, write_secret
from workflow.log.store.database import is_sqlite, store_errors
from workflow.log_setup import set_up


def init_practice(home: Path | None, practice: str, name: str, timezone: str, owner: str, owner_name: str,
                  profile: str, licence_id: str | None, clearance_policy: str, rehearsal: bool) -> None:
    """Make a log if there is none, and found a practice."""
    set_up()
    with one_line_errors():
        command = parse_command("found_practice", {
            "name": name, "timezone": timezone, "owner": owner, "owner_name": owner_name, "profile": profile,
            "licence_id": licence_id, "clearance_policy": clearance_policy})
        check_client(practice)
        office = opened_or_made(home, rehearsal=rehearsal)
        try:
            answer = office.door(practice).handle(
                Request(practice, f"practice:{practice}", command, Who("person", owner), uuid4()))
            out = console()
            for line in lines_of(answer):
                out.print(line)
            where = office.settings
            out.print(f"the log is in {where.home}; keep {where.master_key.name} somewhere else too")
        finally:
            office.close()
    if answer.refused:
        raise SystemExit(REFUSED)


def manage_keys(home: Path | None, action: str, to: Path | None, as_json: bool) -> None:
    """List, check, rotate or back up keys."""
    with opened(home) as office:
        if action == "list":
            _list(office, as_json)
        elif action == "check":
            _check(office)
        elif action == "rotate":
            _rotate(office)
        elif action == "backup":
            _backup(office, to)
        else:
            raise InvalidInput("keys: must be one of list, check, rotate, backup")


def _list(office: Office, as_json: bool) -> None:
    out = console()
    for each in office.keys.entries():
        state = f"destroyed {each.destroyed_at:%Y-%m-%d}" if each.destroyed_at else "living"
        if as_json:
            print(json.dumps({"key_id": each.key_id.hex(), "practice": each.practice, "subject": each.subject,
                              "created_at": str(each.created_at), "destroyed_at": each.destroyed_at and
                              str(each.destroyed_at)}))
        else:
            out.print(f"{each.key_id.hex()[:16]}  {each.practice:16s} {each.subject:32s} {state}")


def _check(office: Office) -> None:
    living = destroyed = 0
    for each in office.keys.entries():
        try:
            office.keys.by_id(each.key_id)
            living += 1
        except Destroyed:
            destroyed += 1
    console().print(f"{living} keys open with this master key, {destroyed} are destroyed")


def _rotate(office: Office) -> None:
    """Every key is wrapped anew; the old master key stays beside the new one until the new one is in place."""
    path = office.settings.master_key
    if not path.exists():
        raise InvalidInput("keys: the master key comes from the environment; rotate it where it is kept")
    fresh, former = path.with_suffix(".new"), path.with_suffix(".former")
    if fresh.exists():
        raise InvalidInput(f"keys: {fresh.name} is there already, from a rotation that was interrupted; see the README")
    secret = os.urandom(32)
    write_secret(fresh, secret)
    count = office.keys.rewrap(LocalMasterKey(secret))
    path.replace(former)
    fresh.replace(path)
    console().print(f"{count} keys are wrapped under the new {path.name}; destroy {former.name} when no backup of keys "
                    "needs it any more")


def _backup(office: Office, to: Path | None) -> None:
    if to is None:
        raise InvalidInput("keys: name a new directory with --to")
    if not is_sqlite(office.keys.engine):
        raise InvalidInput("keys: back up a key store on PostgreSQL with PostgreSQL's own tools")
    new_directory(to)
    with store_errors("backup"):
        copy_sqlite(office.keys.engine, to / KEYS)
    shutil.copyfile(office.settings.signing_key, to / SIGNING)
    (to / SIGNING).chmod(0o600)
    (to / KEYS).chmod(0o600)
    console().print(f"the key store and the signing key are in {to}. The master key is not: keep it apart from both "
                    "backups")
