"""Looking after the keys of a log."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from aggregates.kernel.errors import InvalidInput, StoreUnavailable, Unreadable
from workflow.bootstrap import Office
from workflow.cli.office import opened, opened_to_read
from workflow.cli.show import console, put, table
from workflow.engine.erasure import revived
from workflow.engine.opening import key_problems
from workflow.log.backup import KEYS, copy_sqlite, new_directory
from workflow.log.seal.keys import Destroyed, KeyEntry
from workflow.log.seal.master import LocalMasterKey, write_secret
from workflow.log.store.database import is_sqlite, store_errors
from workflow.restoring import SIGNING


def manage_keys(home: Path | None, action: str, to: Path | None, as_json: bool) -> None:
    """List, check, rotate or back up keys."""
    opening = opened if action == "rotate" else opened_to_read
    with opening(home) as office:
        if action == "list":
            _list(office, as_json)
        elif action == "check":
            _check(office, as_json)
        elif action == "rotate":
            _rotate(office)
        elif action == "backup":
            _backup(office, to)
        else:
            raise InvalidInput("keys: must be one of list, check, rotate, backup")


def _list(office: Office, as_json: bool) -> None:
    entries, back = office.keys.entries(), {key_id for _, _, key_id, _ in office.withheld}
    if as_json:
        for each in entries:
            print(json.dumps({"key_id": each.key_id.hex(), "practice": each.practice, "subject": each.subject,
                              "created_at": str(each.created_at), "destroyed_at": each.destroyed_at and
                              str(each.destroyed_at), "erased_but_here": each.key_id in back}))
        return
    cells = [(each.key_id.hex()[:16], each.practice, each.subject, _key_state(each, each.key_id in back))
             for each in entries]
    out = console()
    for line in table(("key", "practice", "subject", "state"), cells):
        put(out, line)


def _key_state(entry: KeyEntry, is_back: bool) -> str:
    if is_back:
        return "erased, but still here"
    return f"destroyed {entry.destroyed_at:%Y-%m-%d}" if entry.destroyed_at else "living"


def _check(office: Office, as_json: bool) -> None:
    """Exit code 5 if a key that the log needs is missing or does not open, or an erased client's is back."""
    back = revived(office.withheld)
    problems, states = key_problems(office.log, office.keys), [_state(office, e) for e in office.keys.entries()]
    living, destroyed = states.count("living"), states.count("destroyed")
    if as_json:
        print(json.dumps({"living": living, "destroyed": destroyed,
                          "problems": [each._asdict() for each in problems], "erased_but_here": back}))
    else:
        console().print(f"{living} keys open with this master key, {destroyed} are destroyed")
        for sentence in (*(each.sentence for each in problems), *back):
            console().print(f"  {sentence}", markup=False)
    if problems or living + destroyed < len(states):
        bad = max(len(problems), states.count("closed"))
        raise StoreUnavailable(f"keys: {bad} of those that the log needs can't be used")
    _refuse_revived(office)


def _refuse_revived(office: Office) -> None:
    if office.withheld:
        raise StoreUnavailable(f"keys: {len(office.withheld)} of erased clients are still here; the next command that "
                               "writes destroys them")


def _state(office: Office, entry: KeyEntry) -> str:
    try:
        office.keys.by_id(entry.key_id)
    except Destroyed:
        return "destroyed"
    except Unreadable:
        return "closed"
    return "living"


def _rotate(office: Office) -> None:
    """Every key is wrapped anew; the old master key stays beside the new one until the new one is in place."""
    path = office.settings.master_key
    if not path.exists():
        raise InvalidInput("keys: the master key comes from the environment; rotate it where it is kept")
    fresh, former = path.with_suffix(".new"), path.with_suffix(".former")
    if fresh.exists():
        raise InvalidInput(f"keys: {fresh.name} is there already, from an interrupted rotation; if the keys don't "
                           f"open (met keys check), rename it to {path.name}, else delete it")
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
    _refuse_revived(office)
    new_directory(to)
    with store_errors("backup"):
        copy_sqlite(office.keys.engine, to / KEYS)
    shutil.copyfile(office.settings.signing_key, to / SIGNING)
    (to / SIGNING).chmod(0o600)
    (to / KEYS).chmod(0o600)
    console().print(f"the key store and the signing key are in {to}. The master key is not: keep it apart from both "
                    "backups")
