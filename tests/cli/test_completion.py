"""A shell completes ids and commands: it never fails, never writes, and reads no record."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.support import ROOT, founded, met

PROGRAM = "import sys; sys.argv = ['met']\nfrom workflow.cli.main import main\nmain()"


def completed(line: str, home: Path, **environment: str) -> list[str]:
    """What a shell offers when the tabulator is pressed at the end of *line*."""
    words = line.split()
    env = {key: value for key, value in os.environ.items() if not key.startswith("MET_")}
    env |= {"MET_HOME": str(home), "PYTHONPATH": str(ROOT), "_MET_COMPLETE": "complete_bash", "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) if line.endswith(" ") else len(words) - 1), **environment}
    ran = subprocess.run([sys.executable, "-c", PROGRAM], env=env, capture_output=True, text=True, timeout=60,
                         check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout.split()


@pytest.mark.parametrize(("line", "offered"), [
    ("met show el", ["elm-1"]), ("met access ", ["elm-1"]), ("met export elm-", ["elm-1"]), ("met show zz", []),
    ("met replay ", ["practice", "elm-1"]), ("met replay pr", ["practice"]), ("met do el", ["elm-1"]),
    ("met do elm-1 record_se", ["record_session"]), ("met do practice add_", ["add_person", "add_referral_source"]),
    ("met do elm-1 erase", []), ("met do elm-1 add_p", []), ("met commands resume", ["resume_training"]),
    ("met show --practice oak el", []), ("met show --practice elm el", ["elm-1"])])
def test_ids_and_commands_are_completed(elm: Path, line: str, offered: list[str]) -> None:
    assert completed(line, elm) == offered


def test_letters_are_completed_and_each_practice_keeps_to_itself(home: Path) -> None:
    drafted = '{"client": "elm-1", "kind": "progress report", "to": "R. Okafor", "lines": ["As planned."]}'
    assert met("do", "elm-1-progress", "draft_letter", "--as", "ben", "--json", drafted, home=home).code == 0
    founded(home, "oak")
    assert completed("met letter ", home) == ["elm-1-progress"]
    assert completed("met show ", home) == ["elm-1", "oak-1"]
    assert completed("met show ", home, MET_PRACTICE="oak") == ["oak-1"]


def test_completing_changes_no_byte_and_records_no_reading(home: Path) -> None:
    def content() -> dict[str, str]:
        return {path.name: sha256(path.read_bytes()).hexdigest() for path in home.rglob("*") if path.is_file()}

    before = content()
    assert completed("met show el", home) == ["elm-1"]
    assert content() == before


def test_completing_needs_no_key(home: Path) -> None:
    for name in ("master.key", "signing.key", "keys.db"):
        (home / name).unlink()
    assert completed("met show el", home) == ["elm-1"]


@pytest.mark.parametrize("damage", ["no directory", "no database", "junk", "a wildcard"])
def test_where_there_is_nothing_to_complete_nothing_is_said(home: Path, damage: str) -> None:
    if damage == "no database":
        (home / "log.db").unlink()
    elif damage == "junk":
        (home / "log.db").write_bytes(b"junk" * 1000)
    place = home / "nowhere" if damage == "no directory" else home
    assert completed("met show %" if damage == "a wildcard" else "met show el", place) == []
    assert not (home / "nowhere").exists()
    assert completed("met show el", home, MET_LOG_URL="mysql://ada:secret@host/name") == []
