"""A restore that is killed at its worst moment loses nothing, and what it left is named and cleared away."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.support import ROOT, met

ACCEPT = ("--accept-loss", "--as", "ada", "--reason", "the disk died")
# Runs met and dies by the operating system's hand when the restore wants to move this file or directory.
DIES = """
import os, pathlib, signal, sys
what, how = sys.argv.pop(1), sys.argv.pop(1)
move = getattr(pathlib.Path, how)
def dying(path, target):
    if path.name == what and ".restore-" in str(path):
        os.kill(os.getpid(), signal.SIGKILL)
    return move(path, target)
setattr(pathlib.Path, how, dying)
from workflow.cli.main import main
main()
"""


@pytest.fixture
def backups(home: Path, tmp_path: Path) -> tuple[str, ...]:
    """What to say to restore the practice as it is."""
    assert met("backup", str(tmp_path / "log"), home=home).code == 0
    assert met("keys", "backup", "--to", str(tmp_path / "keys"), home=home).code == 0
    return "restore", str(tmp_path / "log"), "--keys-from", str(tmp_path / "keys")


def killed(code: str, *arguments: str, home: Path, **more: str) -> None:
    env = {key: value for key, value in os.environ.items() if not key.startswith("MET_")}
    env |= {"PYTHONPATH": str(ROOT), "MET_HOME": str(home), **more}
    ran = subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, check=False, env=env)
    assert ran.returncode == -signal.SIGKILL, ran.stderr


def findings(home: Path, *more: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(met("doctor", "--json", *more, home=home).out)
    return found


def left_in(directory: Path) -> list[Path]:
    return [path for path in directory.iterdir() if path.name.startswith(".restore-")]


def master_of(home: Path) -> str:
    return (home / "master.key").read_text().strip()


def test_what_a_kill_left_beside_a_new_directory_is_named_and_the_next_restore_clears_it_away(
        home: Path, backups: tuple[str, ...], tmp_path: Path) -> None:
    new, place = tmp_path / "deep" / "new", tmp_path / "deep"
    given = {"MET_MASTER_KEY": master_of(home), "MET_CHECKPOINTS": str(home / "checkpoints")}
    place.mkdir()
    other = place / ".restore-new-2-abcdefgh"  # of a directory that is called new-2
    other.mkdir()
    code = DIES.replace("path.name == what and", "path.name.startswith(what) and")
    killed(code, ".restore-new-", "rename", *backups, home=new, **given)
    (left,) = set(left_in(place)) - {other}
    named = [each for each in findings(new) if each["what"] == "interrupted restore"]
    assert [str(left) in str(each["says"]) for each in named] == [True]
    assert met(*backups, home=new, **given).code == 0
    assert left_in(place) == [other]


@pytest.mark.parametrize("what", ["checkpoints", "log.db", "keys.db", "master.key"])
def test_checkpoints_and_keys_that_were_there_survive_a_kill_while_files_are_put_in_place(
        home: Path, backups: tuple[str, ...], tmp_path: Path, what: str) -> None:
    new = tmp_path / "new"
    new.mkdir()
    shutil.copy(home / "master.key", new)
    shutil.copytree(home / "checkpoints", new / "checkpoints")
    killed(DIES, what, "replace", *backups, home=new)
    assert len(left_in(new)) == 1
    assert met("clients", home=new).code != 0, "a log that is not in place yet is not opened"
    named = [each for each in findings(new) if each["what"] == "interrupted restore"]
    assert len(named) == 1
    keys_from = () if (new / "keys.db").exists() else backups[2:]
    assert met(*backups[:2], *keys_from, home=new).code == 0, "nothing outside was lost, so nothing is to be accepted"
    assert left_in(new) == []
    assert met("verify", home=new).code == 0
    assert met("show", "elm-1", "--as", "ben", home=new).code == 0


def test_a_restore_that_is_running_is_not_cleared_away(home: Path) -> None:
    import fcntl
    stage = home / ".restore-running0"
    stage.mkdir()
    handle = os.open(stage, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    assert met("doctor", "--mend", home=home).code == 0
    assert stage.exists()
    os.close(handle)
    assert [each["what"] for each in findings(home, "--mend")].count("mended") == 1
    assert not stage.exists()


def test_the_doctor_mends_who_may_read_and_only_when_told_to(home: Path) -> None:
    for name in ("keys.db", "log.db", "master.key"):
        (home / name).chmod(0o644)
    wrong = [each for each in findings(home) if not each["fine"]]
    assert [each["what"] for each in wrong] == ["master.key", "log.db", "keys.db"]
    assert "met doctor --mend" in str(wrong[0]["says"])
    assert (home / "keys.db").stat().st_mode & 0o777 == 0o644
    mended = met("doctor", "--mend", home=home)
    assert mended.code == 0
    assert "keys.db: mode 0644 is now 0600" in mended.out
    assert {(home / name).stat().st_mode & 0o777 for name in ("keys.db", "log.db", "master.key")} == {0o600}


@pytest.mark.parametrize("waiting", ["master.key", "master.former", "views.db"])
def test_a_directory_where_only_a_key_or_a_cache_waits_is_restored_into(
        home: Path, backups: tuple[str, ...], tmp_path: Path, waiting: str) -> None:
    new = tmp_path / "new"
    new.mkdir()
    shutil.copy(home / "master.key", new)
    if waiting != "master.key":
        (new / waiting).write_bytes(b"left")
    assert met(*backups, *ACCEPT, home=new).code == 0
    assert met("show", "elm-1", "--as", "ben", home=new).code == 0


def test_the_write_ahead_log_of_a_former_cache_or_key_store_does_not_reach_the_restored_one(
        home: Path, backups: tuple[str, ...], tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    shutil.copy(home / "master.key", new)
    (new / "views.db").write_bytes(b"left")
    (new / "views.db-wal").write_bytes(b"left")
    assert met(*backups, *ACCEPT, home=new).code == 0
    assert not (new / "views.db-wal").exists()
