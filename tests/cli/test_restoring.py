"""Restoring is all or nothing, says what is in its way, and brings nobody back who was erased."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cli.support import Ran, met


class Saved(NamedTuple):
    """A backup of the log from before elm-1 was erased, one of the keys from after, and the practice itself."""

    home: Path
    log: Path
    keys: Path


@pytest.fixture
def saved(home: Path, tmp_path: Path) -> Saved:
    saved = Saved(home, tmp_path / "log", tmp_path / "keys")
    assert met("backup", str(saved.log), home=home).code == 0
    assert met("erase", "elm-1", "--reason", "asked", "--basis", "consent withdrawn", "--as", "ada", "--yes",
               home=home).code == 0
    assert met("keys", "backup", "--to", str(saved.keys), home=home).code == 0
    return saved


ACCEPT = ("--accept-loss", "--as", "ada", "--reason", "the disk died")


def restore(saved: Saved, new: Path, *more: str, **environment: str) -> Ran:
    return met("restore", str(saved.log), "--keys-from", str(saved.keys), *more, home=new, **environment)


def master_of(saved: Saved) -> str:
    return (saved.home / "master.key").read_text().strip()


def everything_in(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_an_erased_client_has_the_last_fact_of_the_skeleton_also_in_an_older_log(saved: Saved, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    shutil.copy(saved.home / "master.key", new)
    shutil.copytree(saved.home / "checkpoints", new / "checkpoints")
    assert restore(saved, new, *ACCEPT).code == 0
    with closing(sqlite3.connect(new / "log.db")) as log:
        last = log.execute("SELECT name FROM facts WHERE stream = 'care:elm-1' ORDER BY version DESC").fetchone()
        certified = log.execute("SELECT count(*) FROM facts WHERE name = 'practice.erasure_certified'").fetchone()
    assert (last, certified) == (("care.client_erased",), (1,))
    assert met("verify", home=new).code == 0
    assert met("clients", home=new).out.count("erased") == 1


def test_without_the_master_key_nothing_is_made(saved: Saved, tmp_path: Path) -> None:
    ran = restore(saved, tmp_path / "new", *ACCEPT)
    assert ran.code == 5
    assert ran.sentence == f"master key: the file master.key is missing from {tmp_path / 'new'}"
    assert everything_in(tmp_path) == ["data", "keys", "log"]


def test_a_restore_that_fails_in_the_middle_leaves_the_directory_as_it_was(saved: Saved, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    shutil.copy(saved.home / "master.key", new)
    (saved.keys / "signing.key").write_text("no key")
    ran = restore(saved, new, *ACCEPT)
    assert ran.code == 5
    assert ran.sentence == "signing key: must be 32 bytes, base64"
    assert set(everything_in(new)) <= {"master.key", "lock"}
    assert everything_in(tmp_path) == ["data", "keys", "log", "new"]


def test_a_new_directory_appears_whole_and_for_its_owner_alone(saved: Saved, tmp_path: Path) -> None:
    new = tmp_path / "deep" / "new"
    assert restore(saved, new, *ACCEPT, MET_MASTER_KEY=master_of(saved)).code == 0
    assert new.stat().st_mode & 0o777 == 0o700
    assert [name for name in everything_in(new) if (new / name).is_file()
            and (new / name).stat().st_mode & 0o777 != 0o600] == []
    assert met("verify", home=new, MET_MASTER_KEY=master_of(saved)).code == 0
    assert everything_in(tmp_path / "deep") == ["new"]


def test_a_directory_with_anything_else_in_it_is_refused_and_left_alone(saved: Saved, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("precious")
    ran = restore(saved, tmp_path / "mine", MET_MASTER_KEY=master_of(saved))
    assert ran.code == 2
    assert ran.sentence == (f"restore: {tmp_path / 'mine'} is not empty, it holds thesis.txt; restore into an empty "
                            "data directory")
    assert everything_in(tmp_path / "mine") == ["thesis.txt"]
    over = restore(saved, saved.home)
    assert over.code == 2
    assert "there is a log already" in over.sentence


def test_checkpoints_that_are_kept_elsewhere_go_on_there(saved: Saved, tmp_path: Path) -> None:
    outside = Path(shutil.copytree(saved.home / "checkpoints", tmp_path / "outside"))
    given = {"MET_CHECKPOINTS": str(outside), "MET_MASTER_KEY": master_of(saved)}
    refused = restore(saved, tmp_path / "one", **given)
    assert refused.code == 6
    assert "signs for 3 more facts than this backup holds" in refused.sentence
    assert restore(saved, tmp_path / "one", *ACCEPT, **given).code == 0
    assert "/epoch-2\n" in (outside / "latest.checkpoint").read_text()
    assert not (tmp_path / "one" / "checkpoints").exists()
    assert json.loads(met("verify", "--json", home=tmp_path / "one", **given).out)["warnings"] == []
    assert restore(saved, tmp_path / "two", *ACCEPT, **given).code == 0
    assert "/epoch-3\n" in (outside / "latest.checkpoint").read_text()
    assert met("verify", home=tmp_path / "two", **given).code == 0


def test_another_logs_checkpoints_are_not_taken_for_lost_facts(saved: Saved, tmp_path: Path) -> None:
    assert met("init", "--practice", "oak", "--name", "Oak", "--timezone", "Europe/Berlin", "--owner", "ada",
               "--owner-name", "Ada", home=tmp_path / "other").code == 0
    ran = restore(saved, tmp_path / "new", *ACCEPT, MET_MASTER_KEY=master_of(saved),
                  MET_CHECKPOINTS=str(tmp_path / "other" / "checkpoints"))
    assert ran.code == 6
    assert "are another log's" in ran.sentence


def test_what_a_killed_restore_left_is_cleared_away(saved: Saved, tmp_path: Path) -> None:
    new = tmp_path / "new"
    (new / ".restore-killed").mkdir(parents=True)
    (new / ".restore-killed" / "keys.db").write_text("half")
    assert restore(saved, new, *ACCEPT, MET_MASTER_KEY=master_of(saved)).code == 0
    assert not (new / ".restore-killed").exists()


def test_a_backup_without_its_checkpoint_does_not_verify(saved: Saved) -> None:
    for name in ("latest.checkpoint", "checkpoints.txt"):
        os.remove(saved.log / name)
    with closing(sqlite3.connect(saved.log / "log.db")) as log, log:
        log.execute("DROP TRIGGER checkpoints_no_delete")
        log.execute("DELETE FROM checkpoints")
    manifest = json.loads((saved.log / "manifest.json").read_text())
    from workflow.log.backup import file_hash
    (saved.log / "manifest.json").write_text(json.dumps({**manifest, "sha256": file_hash(saved.log / "log.db")}))
    ran = met("restore", str(saved.log), "--check")
    assert ran.code == 6
    assert "none inside: nothing vouches" in ran.sentence
